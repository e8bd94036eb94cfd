import { expect, it } from "vitest";
import type { Answer } from "../model/outcome.ts";
import { reachAny, reachByFamily, reachInTurn } from "./reach.ts";

const outcomes = {
  open: { kind: "open", rttMs: 1 },
  refused: { kind: "refused", rttMs: 1 },
  silent: { kind: "silent", waitedMs: 1000 },
} as const;

/** `6 silent, 4 open`: the answers of two addresses, in the resolver's order. */
const answers = (text: string): Answer[] =>
  text
    .split(", ")
    .filter(Boolean)
    .map((one, at) => {
      const [family, kind] = one.split(" ") as ["4" | "6", keyof typeof outcomes];
      return { address: family === "6" ? `fd00::${at}` : `10.0.0.${at}`, outcome: outcomes[kind], evidence: {} };
    });

const shown = ({ reached, stalled }: ReturnType<typeof reachAny>): string =>
  `${reached?.address ?? "nothing"}${stalled ? ", stalled" : ""}`;

it.each([
  // the resolver's order       any            one by one              by family
  ["", "nothing", "nothing", "nothing"],
  ["4 open", "10.0.0.0", "10.0.0.0", "10.0.0.0"],
  ["4 silent", "nothing", "nothing", "nothing"],
  ["6 open, 4 open", "fd00::0", "fd00::0", "fd00::0"],
  ["6 refused, 4 open", "10.0.0.1", "10.0.0.1", "10.0.0.1"],
  ["6 silent, 4 open", "10.0.0.1", "10.0.0.1, stalled", "10.0.0.1"],
  ["4 silent, 6 open", "fd00::1", "fd00::1, stalled", "fd00::1"],
  ["4 open, 6 silent", "10.0.0.0", "10.0.0.0", "10.0.0.0"],
  ["4 silent, 4 open", "10.0.0.1", "10.0.0.1, stalled", "10.0.0.1, stalled"],
  ["4 refused, 4 silent, 4 open", "10.0.0.2", "10.0.0.2, stalled", "10.0.0.2, stalled"],
  ["4 silent, 4 open, 6 open", "10.0.0.1", "10.0.0.1, stalled", "fd00::2"],
  ["6 silent, 4 silent, 4 open", "10.0.0.2", "10.0.0.2, stalled", "10.0.0.2, stalled"],
])("%s", (text, any, inTurn, byFamily) => {
  const all = answers(text);
  expect([reachAny(all), reachInTurn(all), reachByFamily(all)].map(shown)).toEqual([any, inTurn, byFamily]);
});
