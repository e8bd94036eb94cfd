import type { Problem } from "../../model/text/problem.ts";
import { groupNames } from "../../model/topology/topology.ts";
import type { Topology } from "../../model/topology/topology.ts";
import { checkFlows, checkRequirements } from "./extra-requirements.ts";
import { isPattern, matches } from "./expand-vantages.ts";
import { listNodes, listSites } from "./names-index.ts";
import type { Named } from "./names-index.ts";
import type { Outline } from "../yaml/outline.ts";
import { quote } from "../yaml/place.ts";
import type { Locate, Path, Report } from "../yaml/place.ts";
import { checkSitePorts } from "./site-ports.ts";
import { didYouMean, listNames } from "../yaml/suggest.ts";

/** Guesses compare a word with every name; after this many wrong words they stop, so that no file can make it slow. */
const mostGuesses = 100;

/**
 * What a schema cannot see: names that are given twice or lead nowhere, ports that two sites of one server share,
 * requirements that repeat or contradict each other, SNMPv3 settings that cannot work. The topology has passed
 * `topologySchema`.
 */
export function checkReferences(topology: Topology, locate: Locate): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message, part) => void problems.push({ ...locate(path, part), message });
  checkNames(topology, locate, report);
  const nodes = listNodes(topology);
  if (problems.length === 0) checkFlows(topology.requirements, nodes, report);
  for (const { path, addresses } of nodes) {
    if (addresses.length > 1) checkAddresses(path, addresses, report);
  }
  checkSitePorts(topology.server, ["server"], report);
  for (const [index, remote] of topology.remote_sites.entries()) {
    checkSitePorts(remote, ["remote_sites", index], report);
  }
  for (const [index, { snmp }] of topology.hosts.entries()) {
    if (snmp?.version !== "3" || snmp.priv === undefined || snmp.auth !== undefined) continue;
    const message = "privacy needs authentication (RFC 3414 has no level noAuthPriv); add auth: or remove priv:";
    report(["hosts", index, "snmp", "priv"], message, "key");
  }
  return problems;
}

/** The part that needs names only, for a topology that has not passed its schema: see `readOutline`. */
export function checkNamesOnly(outline: Outline, locate: Locate): Problem[] {
  const problems: Problem[] = [];
  checkNames(outline, locate, (path, message, part) => void problems.push({ ...locate(path, part), message }));
  return problems;
}

/** Names that are given twice or lead nowhere, and requirements that repeat or contradict each other. */
function checkNames(topology: Outline, locate: Locate, report: Report): void {
  let guesses = 0;
  const guess = (word: string, names: Iterable<string>): string =>
    ++guesses > mostGuesses ? "" : didYouMean(word, names);

  const nodes = listNodes(topology);
  const sites = listSites(topology);
  const clusters: Named[] = topology.clusters.map(({ name }, index) => ({ name, path: ["clusters", index] }));
  checkUnique([...nodes, ...clusters], "node", locate, report);
  checkUnique(sites, "site", locate, report);

  const siteNames = new Set(sites.map(({ name }) => name));
  for (const section of ["hosts", "relays"] as const) {
    for (const [index, { site }] of topology[section].entries()) {
      if (site === undefined || siteNames.has(site) || topology.lacks?.sites === true) continue;
      const hint = guess(site, siteNames);
      const list = `${hint === "" ? "; sites" : " Sites"}: ${listNames(siteNames)}`;
      report([section, index, "site"], `no site is called ${quote(site)}${hint}${list}`);
    }
  }

  if (topology.lacks?.nodes === true) return;
  const nodesByName = new Map(nodes.map((node) => [node.name, node]));
  const clusterNames = new Set(clusters.map(({ name }) => name));
  const explainUnknown = (word: string): string => {
    if (clusterNames.has(word)) {
      const members = topology.clusters.find(({ name }) => name === word)?.nodes.map(({ name }) => name) ?? [];
      return `${quote(word)} is a cluster; name one of its nodes: ${members.join(", ")}`;
    }
    return `no node is called ${quote(word)}${guess(word, nodesByName.keys()) || "; add it under hosts:"}`;
  };
  for (const name of Object.keys(topology.vantages)) {
    if (nodesByName.has(name) || (groupNames as readonly string[]).includes(name)) continue;
    if (!isPattern(name)) report(["vantages", name], explainUnknown(name), "key");
    else if (!nodes.some((node) => matches(name, node.name)))
      report(["vantages", name], `no node has a name like ${quote(name)}`, "key");
  }
  checkRequirements(topology.requirements, nodesByName, report, (word) =>
    clusterNames.has(word)
      ? explainUnknown(word)
      : `no node or group is called ${quote(word)}${
          guess(word, [...groupNames, ...nodesByName.keys()]) ||
          `; add it under hosts: or use one of the groups ${groupNames.join(", ")}`
        }`,
  );
}

function checkUnique(all: readonly Named[], kind: "node" | "site", locate: Locate, report: Report): void {
  const firstOf = new Map<string, Named>();
  for (const named of all) {
    const first = firstOf.get(named.name);
    if (first === undefined) firstOf.set(named.name, named);
    else
      report(
        [...named.path, "name"],
        `${quote(named.name)} is already the name of a ${kind}: ${placeText(first.path, locate)}`,
      );
  }
}

/** A place as a message names it: `hosts[2] (portmatrix.yaml:12:5)`. */
function placeText(path: Path, locate: Locate): string {
  const { file, line, column, path: written } = locate(path);
  return `${written === undefined ? "" : `${written} at `}${[file, line, column].filter((part) => part !== undefined).join(":")}`;
}

function checkAddresses(path: Path, addresses: readonly string[], report: Report): void {
  const seen = new Set<string>();
  for (const [index, address] of addresses.entries()) {
    if (seen.has(address)) report([...path, "address", index], `the address ${quote(address)} stands here twice`);
    seen.add(address);
  }
}
