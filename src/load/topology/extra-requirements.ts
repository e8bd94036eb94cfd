import { groupNames } from "../../model/topology/topology.ts";
import type { ExtraRequirement } from "../../model/topology/topology.ts";
import type { NamedNode } from "./names-index.ts";
import { formatPath, quote } from "../yaml/place.ts";
import type { Report } from "../yaml/place.ts";

/** One port or ICMP of one entry under `requirements:`. */
interface Demand {
  index: number;
  from: string;
  to: string;
  /** `tcp/443`, `icmp` */
  what: string;
  path: PropertyKey[];
  expect: ExtraRequirement["expect"];
}

/**
 * Checks the entries of `requirements:`: both ends are nodes or groups, none repeats another, and none contradicts
 * another, whether both name the node or one names its group. Of a contradicting pair one would always fail.
 */
export function checkRequirements(
  requirements: readonly ExtraRequirement[],
  nodes: ReadonlyMap<string, NamedNode>,
  report: Report,
  explainUnknown: (word: string) => string,
): void {
  const groups: ReadonlySet<string> = new Set(groupNames);
  for (const [index, requirement] of requirements.entries()) {
    for (const end of ["from", "to"] as const) {
      const word = requirement[end];
      if (!groups.has(word) && !nodes.has(word)) report(["requirements", index, end], explainUnknown(word));
    }
  }
  // The server is alone in its group, so its name and the group word are the same end.
  const groupOf = (word: string): string => nodes.get(word)?.group ?? word;
  const endOf = (word: string): string => (groupOf(word) === "server" ? "server" : word);
  const demands = requirements.flatMap(listDemands);
  const firstOf = new Map<string, Demand>();
  for (const demand of demands) {
    const key = keyOf(endOf(demand.from), endOf(demand.to), demand.what);
    const first = firstOf.get(key);
    if (first === undefined) firstOf.set(key, demand);
    else if (first.expect === demand.expect) {
      report(demand.path, `${demand.what} repeats ${formatPath(["requirements", first.index])}; keep one of them`);
    } else reportContradiction(demand, first, report);
  }
  // The key with the ends' groups in place of the ends finds an entry that includes this one.
  for (const demand of demands) {
    const { what } = demand;
    const [from, to] = [endOf(demand.from), endOf(demand.to)];
    const wider = new Set([
      keyOf(groupOf(from), to, what),
      keyOf(from, groupOf(to), what),
      keyOf(groupOf(from), groupOf(to), what),
    ]);
    wider.delete(keyOf(from, to, what));
    for (const key of wider) {
      const other = firstOf.get(key);
      if (other !== undefined && other.expect !== demand.expect) reportContradiction(demand, other, report);
    }
  }
}

/**
 * Requirements that stand for no flow: a group without nodes, a group whose only node is the other end, and a loopback
 * that does not stay on its node. What a user wrote must not disappear.
 */
export function checkFlows(
  requirements: readonly ExtraRequirement[],
  nodes: readonly NamedNode[],
  report: Report,
): void {
  const groups = new Map<string, string[]>(groupNames.map((group) => [group, []]));
  for (const { name, group } of nodes) groups.get(group)?.push(name);
  const membersOf = (word: string): readonly string[] => groups.get(word) ?? [word];
  for (const [index, { from, to, scope }] of requirements.entries()) {
    const [senders, targets] = [membersOf(from), membersOf(to)];
    const empty = [from, to].find((word) => membersOf(word).length === 0);
    const at = ["requirements", index];
    if (empty !== undefined) {
      report(at, `this checks nothing: the topology has no ${empty}`);
    } else if (scope === "loopback") {
      if (senders === targets || (senders.length === 1 && targets.length === 1 && senders[0] === targets[0])) continue;
      if (from === to) continue;
      report([...at, "scope"], `loopback is from a node to itself; write from: ${from}, to: ${from}`);
    } else if (senders.length === 1 && senders[0] === targets[0] && targets.length === 1) {
      const isGroup = [from, to].find((word) => groups.has(word) && word !== "server");
      if (isGroup === undefined) continue;
      const one = String(senders[0]);
      report(at, `this checks nothing: ${one} is alone in ${isGroup}; for itself write from: ${one}, to: ${one}`);
    }
  }
}

function reportContradiction(demand: Demand, other: Demand, report: Report): void {
  const words = `${quote(other.from)} to ${quote(other.to)} ${other.what}`;
  const message = `${demand.what} is expected ${demand.expect} here, but ${formatPath(["requirements", other.index])} (${words}) expects ${other.expect}`;
  report(demand.path, `${message}; one of the two would always fail`);
}

function listDemands(requirement: ExtraRequirement, index: number): Demand[] {
  const { from, to, expect, scope } = requirement;
  // What stays on a node is another way than its address.
  const way = scope === undefined ? "" : ` (${scope})`;
  const demand = (what: string, rest: PropertyKey[]): Demand => ({
    index,
    from,
    to,
    expect,
    what,
    path: ["requirements", index, ...rest],
  });
  return [
    ...(["tcp", "udp"] as const).flatMap((protocol) =>
      (requirement[protocol] ?? []).map((port, place) => demand(`${protocol}/${port}${way}`, [protocol, place])),
    ),
    ...(requirement.icmp === true ? [demand(`icmp${way}`, ["icmp"])] : []),
  ];
}

/** Names have neither blanks nor slashes, but an unknown end may; JSON keeps the three apart. */
function keyOf(from: string, to: string, what: string): string {
  return JSON.stringify([from, to, what]);
}
