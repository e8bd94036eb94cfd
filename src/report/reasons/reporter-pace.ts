import type { Facts } from "../text/wording.ts";

/** What silence means behind somebody who sends a limited number of ICMP errors, and what asking at that pace gave. */
export function reporterPaceHint({ evidence: { askedAtReporterPace: pace } }: Facts): string {
  if (pace === undefined) return "";
  const { reporter, told, silent, outcome } = pace;
  const pattern = `${reporter} sent ICMP errors for ${told} probes of this run and was silent about ${silent}, as hosts do that send one a second`;
  switch (outcome) {
    case undefined:
      return ` Whether this silence is a refusal that was held back cannot be told: ${pattern}. Ask it alone (\`--only\`) to know.`;
    case "silent":
      return ` Asked again at that pace, because ${pattern}: it was silent again, so that a rule drops it, or a loss, is likelier than an error that was held back.`;
    default:
      return ` It was silent at first: ${pattern}; asked again at that pace it was answered.`;
  }
}
