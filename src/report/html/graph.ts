import type { Result } from "../../model/run/run.ts";
import { isProblem, worstFirst, worstOf } from "../../model/severity.ts";
import type { Verdict } from "../../model/verdict.ts";
import { groupBy } from "../text/group-by.ts";
import { counted, inOrder, service } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/** A box of the picture: a node, or several that have the same relations. */
export interface Box {
  label: string;
  /** The label where there is little room: `41 nodes: db01, …` for more than three. */
  short: string;
  nodes: readonly string[];
  /** Hubs are in the middle: nodes that many others talk to. `both` initiates, `target` only answers. */
  side: "hub" | "both" | "target";
  verdict: Verdict;
  /** `3 of 12 flows fail`. */
  note: string;
}

/** All flows from one box to another; their ends are numbers of boxes. */
export interface Arrow {
  from: number;
  to: number;
  verdict: Verdict;
  flows: number;
  /** `cmk → web01: 1 of 3 flows fail (8000/tcp)`. */
  label: string;
  /** What is broken, short enough to stand on the arrow; empty if nothing is. */
  broken: string;
}

/** Who talks to whom, small enough to draw. */
export interface Graph {
  boxes: readonly Box[];
  arrows: readonly Arrow[];
  boxOf: ReadonlyMap<string, number>;
}

const hubsAtMost = 6;
/** A node with so many neighbours is a hub. */
const neighboursOfHub = 4;
/** Up to so many other nodes each have a box of their own. */
const singlesAtMost = 12;
const boxesAtMost = 16;

/** Makes the picture's graph: hubs, and the other nodes put together where they look alike from outside. */
export function graphOf(results: readonly Result[]): Graph {
  const pairs = groupBy(results, ({ from, to }) => `${from} ${to}`);
  const neighbours = new Map<string, Set<string>>();
  const meet = (node: string, other: string) => {
    const known = neighbours.get(node) ?? new Set();
    if (node !== other) known.add(other);
    neighbours.set(node, known);
  };
  for (const [{ from, to }] of firsts(pairs.values())) {
    meet(from, to);
    meet(to, from);
  }
  const hubs = findHubs(neighbours);
  const groups = groupLeaves(
    inOrder(neighbours.keys()).filter((node) => !hubs.includes(node)),
    relationsOf(pairs, new Set(hubs)),
  );
  const sources = new Set([...pairs.values()].flatMap(([first]) => (first === undefined ? [] : [first.from])));
  const members = [...hubs.map((hub) => [hub]), ...groups];
  const boxOf = new Map(members.flatMap((nodes, at) => nodes.map((node) => [node, at] as const)));
  const touching: Result[][] = members.map(() => []);
  for (const result of results) {
    for (const at of new Set([boxOf.get(result.from), boxOf.get(result.to)])) touching[at ?? 0]?.push(result);
  }
  const boxes = members.map((nodes, at): Box => {
    const own = touching[at] ?? [];
    const initiates = nodes.some((node) => sources.has(node));
    return {
      label: labelOf(nodes),
      short: shortLabelOf(nodes),
      nodes,
      side: at < hubs.length ? "hub" : initiates ? "both" : "target",
      verdict: worstOf(own),
      note: tellOf(own),
    };
  });
  const arrows = [...groupBy(results, ({ from, to }) => `${boxOf.get(from)} ${boxOf.get(to)}`).values()].flatMap(
    (flows) => arrowOf(flows, boxes, boxOf),
  );
  return { boxes, arrows, boxOf };
}

const firsts = (groups: Iterable<readonly Result[]>): [Result][] =>
  [...groups].flatMap(([first]) => (first === undefined ? [] : [[first] as [Result]]));

/** Nodes with many neighbours; the one with most if none has many. */
function findHubs(neighbours: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const size = (node: string) => neighbours.get(node)?.size ?? 0;
  const byDegree = inOrder(neighbours.keys()).toSorted((a, b) => size(b) - size(a));
  const many = byDegree.filter((node) => size(node) >= neighboursOfHub).slice(0, hubsAtMost);
  return many.length > 0 ? many : byDegree.slice(0, 1);
}

/** How a node that is no hub stands to each hub and to the rest, and over which services. */
interface Relations {
  ways: readonly string[];
  services: readonly string[];
}

/** The relations of every node that is no hub. */
function relationsOf(
  pairs: ReadonlyMap<string, readonly Result[]>,
  hubs: ReadonlySet<string>,
): ReadonlyMap<string, Relations> {
  const relations = new Map<string, { ways: string[]; services: string[] }>();
  const note = (node: string, direction: string, other: string, flows: readonly Result[]) => {
    if (hubs.has(node)) return;
    const known = relations.get(node) ?? { ways: [], services: [] };
    const way = `${direction} ${hubs.has(other) ? other : "*"}`;
    known.ways.push(`${way} ${worstOf(flows)}`);
    known.services.push(...flows.map((flow) => `${way} ${service(flow)}`));
    relations.set(node, known);
  };
  for (const flows of pairs.values()) {
    const [first] = flows;
    if (first === undefined) continue;
    note(first.from, ">", first.to, flows);
    note(first.to, "<", first.from, flows);
  }
  return relations;
}

/** Nodes that look alike from outside, as finely told apart as there is room for: by services, by verdicts, by the worst. */
function groupLeaves(leaves: readonly string[], relations: ReadonlyMap<string, Relations>): string[][] {
  if (leaves.length <= singlesAtMost) return leaves.map((leaf) => [leaf]);
  const of = (leaf: string, part: keyof Relations) => [...new Set(relations.get(leaf)?.[part])].toSorted();
  const health = (leaf: string) =>
    worstFirst.find((verdict) => of(leaf, "ways").some((one) => one.endsWith(verdict))) ?? "skipped";
  const ways = (leaf: string): string => of(leaf, "ways").join("|");
  const grains: ((leaf: string) => string)[] = [
    (leaf) => `${ways(leaf)} ${of(leaf, "services").join("|")}`,
    ways,
    (leaf) => `${health(leaf)} ${of(leaf, "ways").some((one) => one.startsWith(">"))}`,
  ];
  const grouped = grains.map((grain) => [...groupBy(leaves, grain).values()]);
  // Services tell apart only where that leaves the picture small.
  const most = (at: number): number => (at === 0 ? singlesAtMost : boxesAtMost);
  const chosen = grouped.find((groups, at) => groups.length <= most(at)) ?? grouped.at(-1) ?? [];
  const brokenFirst = (group: readonly string[]) => (isProblem(health(group[0] ?? "")) ? 0 : 1);
  return chosen.toSorted((a, b) => brokenFirst(a) - brokenFirst(b));
}

function labelOf(nodes: readonly string[]): string {
  const ordered = inOrder(nodes);
  return ordered.length <= 3
    ? ordered.join(", ")
    : `${counted(ordered.length, "node")} (${ordered[0]} … ${ordered.at(-1)})`;
}

function shortLabelOf(nodes: readonly string[]): string {
  return nodes.length <= 3 ? labelOf(nodes) : `${counted(nodes.length, "node")}: ${inOrder(nodes)[0]}, …`;
}

const verbs: Record<Verdict, string> = {
  pass: "pass",
  warn: "with a warning",
  fail: "fail",
  unknown: "undecided",
  error: "not tried",
  skipped: "not sent",
};

/** `4 flows, all pass`, `2 of 9 flows fail`. */
function tellOf(results: readonly Result[]): string {
  const worst = worstOf(results);
  const count = results.filter(({ verdict }) => verdict === worst).length;
  const all = counted(results.length, "flow");
  if (count === results.length) return count === 1 ? `${all}, ${verbs[worst]}` : `${all}, all ${verbs[worst]}`;
  return `${inThousands(count)} of ${all} ${verbs[worst]}`;
}

function arrowOf(flows: readonly Result[], boxes: readonly Box[], boxOf: ReadonlyMap<string, number>): Arrow[] {
  const [first] = flows;
  if (first === undefined) return [];
  const from = boxOf.get(first.from) ?? 0;
  const to = boxOf.get(first.to) ?? 0;
  const verdict = worstOf(flows);
  const services = inOrder(flows.filter((flow) => flow.verdict === verdict).map(service));
  const listed = services.length > 2 ? `${services[0]} +${services.length - 1}` : services.join(", ");
  const way = `${boxes[from]?.label} → ${from === to ? (boxes[to]?.nodes.length === 1 ? "itself" : "each other") : boxes[to]?.label}`;
  const detail = verdict === "pass" || verdict === "skipped" ? "" : ` (${services.slice(0, 6).join(", ")})`;
  return [
    {
      from,
      to,
      verdict,
      flows: flows.length,
      label: `${way}: ${tellOf(flows)}${detail}`,
      broken: isProblem(verdict) ? listed : "",
    },
  ];
}
