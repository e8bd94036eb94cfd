import type { ResponderFact } from "../../model/run/run.ts";

/** Why a node that was to have a responder has none; `undefined` where it has one. */
export const noteNoResponder = ({ node, failure }: ResponderFact): string | undefined =>
  failure === undefined ? undefined : `There was no responder on ${node}: ${failure}. Its ports were asked as usual.`;
