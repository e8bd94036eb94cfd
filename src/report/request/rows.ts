import type {
  AccessEnd,
  AccessEvidence,
  AccessRequest,
  AccessRule,
  LeftOut,
} from "../../model/firewall/access-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { sectionName } from "../../model/section.ts";
import { pathSentence } from "../text/path-words.ts";
import { counted, listed, moment, service } from "../text/wording.ts";

/** One rule of a request as people read it. Lists stand for lines within a cell. */
export interface RequestRow {
  number: string;
  family: string;
  /** `web01 (10.0.2.1)` */
  sources: readonly string[];
  sourceNames: readonly string[];
  sourceAddresses: readonly string[];
  destinations: readonly string[];
  destinationNames: readonly string[];
  destinationAddresses: readonly string[];
  protocol: string;
  /** Empty for ICMP. */
  port: string;
  /** `8000/tcp`, `ICMP echo`. */
  where: string;
  services: readonly string[];
  purposes: readonly string[];
  chapters: readonly { name: string; url: string }[];
  requirements: readonly string[];
  /** The features without which the rule is not needed; empty if it always is. */
  features: readonly string[];
  /** `one of 25/tcp, 465/tcp and 587/tcp is enough (group 1)`; empty where there is no choice. */
  choice: string;
  group: string;
  evidence: readonly string[];
}

/** The rows of a request; all texts fit to print. */
export function requestRows(request: AccessRequest): RequestRow[] {
  return plainTexts(request.rules).map(rowOf);
}

function rowOf(rule: AccessRule, at: number): RequestRow {
  const { family, sources, destinations, protocol, port, purposes, oneOf, evidence } = rule;
  const isAlways = purposes.some(({ feature }) => feature === undefined);
  const chapters = new Map(purposes.map(({ section, link = "" }) => [sectionName(section), link]));
  return {
    number: String(at + 1),
    family: family === "name" ? "IPv4 or IPv6" : family,
    sources: sources.map((end) => endText(end, family)),
    sourceNames: sources.map(({ name }) => name),
    sourceAddresses: addressesOf(sources, family),
    destinations: destinations.map((end) => endText(end, family)),
    destinationNames: destinations.map(({ name }) => name),
    destinationAddresses: addressesOf(destinations, family),
    protocol: protocol === "icmp" && family === "IPv6" ? "icmpv6" : protocol,
    port: port === undefined ? "" : String(port),
    where: service({ protocol, ...(port === undefined ? {} : { port }) }),
    services: [...new Set(purposes.map((one) => one.service))],
    purposes: [...new Set(purposes.map(({ why }) => why))],
    chapters: Array.from(chapters, ([name, url]) => ({ name, url })),
    requirements: [...new Set(purposes.map(({ requirement }) => requirement))],
    features: isAlways ? [] : [...new Set(purposes.flatMap(({ feature }) => feature ?? []))],
    choice: oneOf === undefined ? "" : `one of ${listed(oneOf.services, 6)} is enough (group ${oneOf.group})`,
    group: oneOf?.group ?? "",
    evidence: evidence.map(evidenceText),
  };
}

/** All addresses of these ends, then in words who has none: an empty cell would look like "any". */
function addressesOf(ends: readonly AccessEnd[], family: AccessRule["family"]): string[] {
  const without = ends.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name);
  const known = ends.flatMap(({ addresses }) => addresses);
  if (without.length === 0) return known;
  const who = known.length === 0 ? "" : `${without.join(" ")}: `;
  return [...known, `(${who}no ${family} address in the topology)`];
}

function endText({ name, addresses }: AccessEnd, family: AccessRule["family"]): string {
  if (addresses.length === 0) return `${name} (no ${family} address in the topology)`;
  if (addresses.length === 1 && addresses[0] === name) return name;
  return `${name} (${addresses.join(", ")})`;
}

const outcomeWords: Readonly<Record<string, string>> = {
  silent: "no answer",
  prohibited: "prohibited",
  refused: "refused on the way",
};

/** `no answer, 2026-11-20 20:00 UTC, 3 flows`; `prohibited by 10.0.9.1 (ICMP 3/13), …`. */
function evidenceText({ outcome, reporter, icmpCode, at, trace, flows }: AccessEvidence): string {
  const by = reporter === undefined ? "" : ` by ${reporter}`;
  const code = icmpCode === undefined ? "" : ` (ICMP ${icmpCode})`;
  const seen = `${outcomeWords[outcome] ?? outcome}${by}${code}, ${moment(at)}, ${counted(flows.length, "flow")}`;
  return trace === undefined ? seen : `${seen}. ${pathSentence(trace)}`;
}

const leftOutWords: Readonly<Record<LeftOut["why"], string>> = {
  "on-the-node-itself": "from a node to itself, which no firewall between machines sees",
  "must-be-blocked": "to be blocked; nothing is asked for them",
  works: "without a fault that needs a rule",
  "not-decided": "not decided: this run cannot tell whether a rule is missing",
  "not-tried": "not tried, or could not be",
  "no-firewall": "failed, but not as a firewall makes things fail: the host refuses, answers wrongly or has no route",
  "not-in-the-run": "not in the run",
  "not-in-the-topology": "in the run, but not in the topology",
};

/** One sentence for each reason why flows are in no rule; those that are open questions are named. */
export function leftOutLines(request: AccessRequest): string[] {
  const isOpen = (why: LeftOut["why"]): boolean =>
    why !== "on-the-node-itself" && why !== "must-be-blocked" && why !== "works";
  return plainTexts(request.leftOut).map(({ why, flows }) => {
    const names = isOpen(why) ? ` (${listed(flows, 8)})` : "";
    return `${counted(flows.length, "flow")}: ${leftOutWords[why]}${names}.`;
  });
}

/** What has to be found out before the rules can be set: addresses that the topology does not have. */
export function openQuestions(request: AccessRequest): string[] {
  const perQuestion = new Map<string, number[]>();
  const ask = (question: string, number: number): void =>
    void perQuestion.set(question, [...(perQuestion.get(question) ?? []), number]);
  for (const [at, { family, sources, destinations }] of plainTexts(request.rules).entries()) {
    for (const { name, addresses } of [...sources, ...destinations])
      if (addresses.length === 0) ask(`which ${family === "name" ? "" : `${family} `}address ${name} has`, at + 1);
    if (family !== "name") continue;
    const names = [...new Set(destinations.flatMap(({ addresses }) => addresses))];
    ask(
      `which addresses ${listed(names, 6)} ${names.length === 1 ? "resolves" : "resolve"} to, over IPv4 and IPv6`,
      at + 1,
    );
  }
  return Array.from(perQuestion, ([question, numbers]) => {
    const rules = [...new Set(numbers)].map(String);
    return `${rules.length === 1 ? "Rule" : "Rules"} ${listed(rules, 12)}: ${question}.`;
  });
}

/** What the request is about, in one sentence. */
export function requestBasis({ rules, run, topology }: AccessRequest): string {
  const what = counted(rules.length, "rule");
  const [{ topology: name = "" } = {}] = [plainTexts({ topology })];
  return run === undefined
    ? `${what} for everything that ${name} needs; nothing was sent.`
    : `${what} for what failed in the run of ${moment(run.startedAt)} (${name}) in a way that a firewall makes things fail.`;
}

/** What every reader has to know of the rows. */
export const requestNote =
  "Each row allows new connections from any of its sources to any of its destinations; replies belong to these connections and need no row. ICMP means echo request: type 8 over IPv4, 128 over IPv6.";
