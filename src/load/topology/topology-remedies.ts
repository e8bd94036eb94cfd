import { wordsAt } from "../../model/reference/topology-keys.ts";
import type { Path } from "../yaml/place.ts";
import { otherWordsAt } from "./other-words.ts";
import { lineWithPort } from "./where-ports-go.ts";

/** How the messages about a topology end: with the line to write. `base` is where the value stands that was validated. */
export function topologyRemedies(base: Path = []) {
  return {
    exampleAt: (path: Path): string | undefined => wordsAt([...base, ...path])?.example,
    otherWordsAt: (path: Path) => otherWordsAt([...base, ...path]),
    remedyFor: (path: Path, facts: Readonly<Record<string, unknown>>): string | undefined => {
      const { address, port } = facts;
      const isSplit = typeof address === "string" && typeof port === "number";
      return isSplit ? lineWithPort([...base, ...path], address, port) : undefined;
    },
  };
}
