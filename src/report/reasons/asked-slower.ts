import type { Facts } from "../text/wording.ts";

/** What a second question, alone and slower, says of a port that was silent after others had answered; else empty. */
export function askedSlowerHint({ from, address, evidence: { askedSlower } }: Facts): string {
  if (askedSlower === undefined) return "";
  const { outcome, answered, silent } = askedSlower;
  const pattern = `the first ${answered} new connections to ${address} were answered, the ${silent} after them, including this one, were silent`;
  switch (outcome) {
    case "open":
    case "refused":
      return ` Something limits new connections from ${from}: ${pattern}; probed once more, alone and more slowly, this port answered. Have the limit raised for ${from}, or check with \`--rate 1\`.`;
    case "silent":
      return ` Probed once more, alone and more slowly, because ${pattern}: it was silent again, so a ban for scanning or a rule is more likely than a limit on new connections.`;
    default:
      return ` Probed once more, alone and more slowly, because ${pattern}.`;
  }
}
