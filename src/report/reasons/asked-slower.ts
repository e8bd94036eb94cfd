import type { Facts } from "../text/wording.ts";

/** What a second question, alone and slower, says of a port that was silent after others had answered; else empty. */
export function askedSlowerHint({ from, address, evidence: { askedSlower } }: Facts): string {
  if (askedSlower === undefined) return "";
  const { outcome, answered, silent } = askedSlower;
  const pattern = `the first ${answered} new connections to ${address} were answered, the ${silent} after them, this one too, were silent`;
  switch (outcome) {
    case "open":
    case "refused":
      return ` Something limits new connections from ${from}: ${pattern}; asked again once, alone and slower, this port answered. Have the limit raised for ${from}, or check with \`--rate 1\`.`;
    case "silent":
      return ` Asked again once, alone and slower, because ${pattern}: it was silent again, so a ban for scanning or a rule is likelier than a limit on new connections.`;
    default:
      return ` Asked again once, alone and slower, because ${pattern}.`;
  }
}
