import { forEachRequirement, type Rule } from "../rule.ts";

/** UDP probes say what they send; no other probe has a payload. */
export const payloadOnlyUdp: Rule = {
  name: "payload-only-udp",
  why: "What a datagram carries decides what it can break, so every UDP probe names it and no other probe does.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ probe }) => {
      if (probe.kind === "udp") return probe.payload === undefined ? "a udp probe must name its payload" : undefined;
      return probe.payload === undefined ? undefined : `a probe of kind ${probe.kind} has no payload`;
    }),
};
