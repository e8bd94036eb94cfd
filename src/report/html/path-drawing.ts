import type { Conclusion, Step, Trace } from "../../model/run/walk.ts";

/** One place on the drawn path, and what the arrow to it is like. */
export interface PathNode {
  label: string;
  /** `had`: the packet was here; `mute`: nobody answers at this distance; `unknown`: it may not have come here. */
  state: "had" | "mute" | "unknown" | "says";
  /** The packet dies on the way from the place before to this one, as far as that is known. */
  isCut: boolean;
}

/** The path of a walk from its sender to its target: who had the packet, where it dies, and what the control knows of the rest. */
export function pathOf({ walk, control, large, conclusion }: Trace, from: string, to: string): PathNode[] {
  const seen = conclusion.kind === "large-lost" && large !== undefined ? large : walk;
  const behind = control ?? walk;
  const most = Math.max(0, ...[...seen.steps, ...behind.steps].map(({ hops }) => hops));
  const nodes: PathNode[] = [{ label: from, state: "had", isCut: false }];
  for (let hops = 1; hops <= most; hops += 1) {
    const own = seen.steps.find((step) => step.hops === hops);
    const other = behind.steps.find((step) => step.hops === hops) ?? walk.steps.find((step) => step.hops === hops);
    nodes.push(nodeAt(hops, own, other, conclusion, to));
  }
  const last = conclusion.last?.hops;
  const first = last === undefined ? undefined : nodes[last + 1];
  if (first !== undefined && conclusion.kind !== "arrives") first.isCut = true;
  return nodes;
}

function nodeAt(
  hops: number,
  own: Step | undefined,
  other: Step | undefined,
  { kind, by }: Conclusion,
  to: string,
): PathNode {
  const isEnd = (step: Step | undefined): boolean =>
    step !== undefined && (step.answer === "open" || step.answer === "reply" || step.answer === "closed");
  if (isEnd(own)) return { label: to, state: "had", isCut: false };
  if (kind === "rejected" && own?.answer === "rejected")
    return { label: `${by?.address ?? "?"} rejects`, state: "says", isCut: false };
  if (own?.answer === "reset") return { label: "reset", state: "says", isCut: false };
  if (own !== undefined && own.answer !== "none")
    return { label: own.from ?? `hop ${hops}`, state: "had", isCut: false };
  if (isEnd(other)) return { label: to, state: "unknown", isCut: false };
  if (other?.from !== undefined) return { label: other.from, state: "unknown", isCut: false };
  return { label: `hop ${hops}`, state: "mute", isCut: false };
}
