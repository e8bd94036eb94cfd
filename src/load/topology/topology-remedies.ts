import { wordsAt } from "../../model/reference/topology-keys.ts";
import type { Path } from "../yaml/place.ts";
import { endLine, nodeLine } from "./node-line.ts";
import { otherKeyAt } from "./other-keys.ts";
import { otherWordsAt } from "./other-words.ts";
import { portValueLine } from "./port-line.ts";
import { lineWithPort } from "./where-ports-go.ts";

/** How the messages about a topology end: with the line to write. `base` is where the value stands that was validated. */
export function topologyRemedies(base: Path = []) {
  return {
    exampleAt: (path: Path, value: unknown): string | undefined =>
      meantLine([...base, ...path], value) ?? wordsAt([...base, ...path])?.example,
    otherWordsAt: (path: Path) => otherWordsAt([...base, ...path]),
    otherKeyAt: (path: Path, key: string, fields: unknown) => otherKeyAt([...base, ...path], key, fields),
    remedyFor: (path: Path, facts: Readonly<Record<string, unknown>>): string | undefined => {
      const { address, port } = facts;
      const isSplit = typeof address === "string" && typeof port === "number";
      return isSplit ? lineWithPort([...base, ...path], address, port) : undefined;
    },
  };
}

/** The line that says the same as a value, where the value tells enough. */
const meantLine = (path: Path, value: unknown): string | undefined =>
  nodeLine(path, value) ?? endLine(path, value) ?? portValueLine(path, value);
