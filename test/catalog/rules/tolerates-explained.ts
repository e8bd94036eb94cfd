import { forEachRequirement, repeated, type Rule } from "../rule.ts";

/** A tolerated outcome comes with a full sentence that says why a healthy system shows it. */
export const toleratesExplained: Rule = {
  name: "tolerates-explained",
  why: "Tolerating an outcome turns a failure into a warning; the reader must learn why that is right.",
  check: (catalog) =>
    forEachRequirement(catalog, ({ tolerates, protocol }) => {
      if (tolerates === undefined) return undefined;
      if (protocol === "icmp") return "nothing is tolerated for icmp, which has no listener";
      if (repeated(tolerates.outcomes).length > 0) return "tolerates the same outcome twice";
      return /^[A-Z]\S*( \S+){5,}\.$/.test(tolerates.why) ? undefined : "`tolerates.why` is not a full sentence";
    }),
};
