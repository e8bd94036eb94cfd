import type { Caveat, Conclusion, Walk } from "../model/run/walk.ts";

/**
 * What became of large packets on a way that small ones go: they arrive, somebody says what fits (and path MTU discovery
 * works, RFC 1191), or they vanish on the link behind the last router that had them.
 */
export function concludeLarge(large: Walk, small: Walk, caveats: Caveat[]): Conclusion {
  const end = large.steps.at(-1);
  if (end === undefined || large.unsent !== undefined) return { kind: "arrives", caveats };
  if (end.answer === "too-big") {
    const { from, isOwn, mtu, icmpCode } = end;
    const hops = isOwn === true ? 0 : (large.steps.find((step) => step.from === from)?.hops ?? end.hops);
    return {
      kind: "arrives",
      by: { hops, ...(from === undefined ? {} : { address: from }) },
      ...(mtu === undefined ? {} : { mtu }),
      ...(icmpCode === undefined ? {} : { icmpCode }),
      caveats,
    };
  }
  if (end.answer !== "none") return { kind: "arrives", caveats };
  const last = large.steps.findLast(({ answer }) => answer === "expired");
  const behind = small.steps.find(({ hops, answer }) => hops > (last?.hops ?? 0) && answer !== "none");
  const isTarget = behind !== undefined && behind.answer !== "expired";
  const address = isTarget ? small.address : behind?.from;
  return {
    kind: "large-lost",
    last: last?.from === undefined ? { hops: 0 } : { hops: last.hops, address: last.from },
    ...(behind === undefined
      ? {}
      : {
          next: { hops: behind.hops, ...(address === undefined ? {} : { address }), ...(isTarget ? { isTarget } : {}) },
        }),
    caveats,
  };
}
