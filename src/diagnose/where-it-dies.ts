import type { Caveat, Conclusion, Place, Step, Trace, Walk } from "../model/run/walk.ts";
import { concludeLarge } from "./large-packets.ts";

/** What was walked and asked for one flow. */
export type Walked = Omit<Trace, "conclusion">;

export const isArrival = ({ answer }: Step): boolean => answer === "open" || answer === "reply" || answer === "closed";
const isRouter = ({ answer }: Step): boolean => answer === "expired";

/** The distance of the target on a walk that came to it. */
export function distanceOf(walk: Walk | undefined): number | undefined {
  const end = walk?.steps.at(-1);
  return end !== undefined && isArrival(end) ? end.hops : undefined;
}

/**
 * Where a flow dies, and never more than its walks show. A router says that a packet's time is over before its rules
 * for forwarded packets are asked, and after those for all incoming ones, so what dies behind the last router that
 * replied died there or at the next one (docs/notes/tracing.md#one-hop-more-or-less).
 */
export function whereItDies(walked: Walked): Conclusion {
  const { walk } = walked;
  const end = walk.steps.at(-1);
  if (walk.unsent !== undefined) return { kind: "untold", caveats: [], detail: walk.unsent };
  if (end === undefined) return { kind: "untold", caveats: [], detail: "nothing was sent" };
  if (isArrival(end)) return arrived(walked);
  if (end.answer === "rejected" || end.answer === "too-big") return rejected(walked, end);
  const found = end.answer === "reset" ? resetAt(walked, end) : lost(walked);
  const other = walked.otherPaths;
  return other !== undefined && other.arrived > 0 ? { ...found, kind: "some-paths" } : found;
}

function arrived(walked: Walked): Conclusion {
  const { walk, large } = walked;
  const caveats = walkCaveats(walk);
  if (large === undefined) return { kind: "arrives", caveats };
  return concludeLarge(large, walk, caveats);
}

function rejected({ walk }: Walked, end: Step): Conclusion {
  const { from, isOwn, icmpCode, mtu, hops } = end;
  const known = walk.steps.find((step) => isRouter(step) && step.from === from)?.hops;
  const by: Place = {
    hops: isOwn === true ? 0 : (known ?? hops),
    ...(from === undefined ? {} : { address: from }),
    ...(from === walk.address ? { isTarget: true } : {}),
  };
  return {
    kind: "rejected",
    by,
    ...(icmpCode === undefined ? {} : { icmpCode }),
    ...(mtu === undefined ? {} : { mtu }),
    caveats: walkCaveats(walk),
  };
}

/** A reset names no sender: it came from the last hop that replied, from the one behind it, or from the target. */
function resetAt(walked: Walked, end: Step): Conclusion {
  const { walk, control } = walked;
  const distance = distanceOf(control);
  const last = lastReplied(walk);
  const caveats = new Set<Caveat>([...walkCaveats(walk), ...compared(walked)]);
  const there = control?.steps.find(({ hops }) => hops === end.hops);
  const isTarget = distance === undefined || end.hops >= distance;
  if (distance !== undefined && end.hops > distance) caveats.add("forwarded");
  const address = isTarget ? walk.address : there?.from;
  const next: Place = {
    hops: end.hops,
    ...(address === undefined ? {} : { address }),
    ...(isTarget ? { isTarget } : {}),
  };
  return { kind: "reset", last, next, ...othersOf(walked, end.hops, caveats), caveats: [...caveats] };
}

function lost(walked: Walked): Conclusion {
  const { walk, control, controlHolds } = walked;
  const last = lastReplied(walk);
  const caveats = new Set<Caveat>([...walkCaveats(walk), ...compared(walked)]);
  const distance = distanceOf(control);
  let next: Step | undefined;
  for (const step of control?.steps ?? []) {
    if (step.hops <= last.hops) continue;
    if (step.answer === "none") caveats.add("mute-hops");
    // One that answers now and then, or no more, may have been silent to this walk for the same reason.
    else if (!isArrival(step) && (step.sent > 1 || (controlHolds === false && next === undefined && isFirst(step))))
      caveats.add("rate-limited");
    else {
      next = step;
      break;
    }
  }
  function isFirst(step: Step): boolean {
    const others = control?.steps ?? [];
    return others.find(({ hops, answer, sent }) => hops > last.hops && answer !== "none" && sent === 1) === step;
  }
  const isTarget = next !== undefined && isArrival(next);
  if (distance !== undefined && last.hops >= distance) caveats.add("forwarded");
  if (isTarget || (next === undefined && control === undefined)) caveats.add("way-back");
  if (walk.protocol === "udp" && (isTarget || control === undefined)) caveats.add("mute-service");
  const address = isTarget ? walk.address : next?.from;
  return {
    kind: "lost",
    last,
    ...(next === undefined
      ? {}
      : {
          next: { hops: next.hops, ...(address === undefined ? {} : { address }), ...(isTarget ? { isTarget } : {}) },
        }),
    ...othersOf(walked, last.hops + 1, caveats),
    caveats: [...caveats],
  };
}

/** The last router that let a packet of the walk through as far as itself; the sending machine if none did. */
function lastReplied({ steps }: Walk): Place {
  const step = steps.findLast(isRouter);
  return step?.from === undefined ? { hops: 0 } : { hops: step.hops, address: step.from };
}

/** All that were met at a distance, where several paths lead on. */
function othersOf(walked: Walked, hops: number, caveats: Set<Caveat>): { others?: string[] } {
  const seen = [walked.walk, walked.control].flatMap(
    (one) => one?.steps.filter((step) => step.hops === hops && isRouter(step)).flatMap(({ from }) => from ?? []) ?? [],
  );
  const met = [...new Set([...seen, ...(walked.otherPaths?.met ?? [])])].toSorted();
  if (met.length < 2) return {};
  caveats.add("several-paths");
  return { others: met };
}

/** What the walk alone says of its own limits. */
function walkCaveats({ steps }: Walk): Caveat[] {
  const routers = steps.filter(isRouter);
  const times = new Map<string, number>();
  for (const { from = "" } of routers) times.set(from, (times.get(from) ?? 0) + 1);
  const end = steps.at(-1);
  const isMute = steps.some(
    (step) => step.answer === "none" && end !== undefined && step.hops < end.hops && repliedBehind(step),
  );
  function repliedBehind({ hops }: Step): boolean {
    return steps.some((other) => other.hops > hops && other.answer !== "none");
  }
  return [
    ...(routers.some(({ sent }) => sent > 1) ? (["rate-limited"] as const) : []),
    ...([...times.values()].some((count) => count > 2) ? (["loop"] as const) : []),
    ...(isMute ? (["mute-hops"] as const) : []),
  ];
}

/** What the comparison of both walks says of its limits. */
function compared({ walk, control }: Walked): Caveat[] {
  if (control === undefined) return ["no-control"];
  const differs = walk.steps.some((step) => {
    const other = control.steps.find(({ hops }) => hops === step.hops);
    return isRouter(step) && other !== undefined && isRouter(other) && other.from !== step.from;
  });
  return [
    ...(control.protocol === "icmp" && walk.protocol !== "icmp" ? (["control-is-icmp"] as const) : []),
    ...(differs ? (["path-differs"] as const) : []),
  ];
}
