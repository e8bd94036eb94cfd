import { parseAddress } from "../../model/address/address.ts";
import { groupNames, isSiteName } from "../../model/topology/topology.ts";

/** Gives every node a name that a topology takes and that no other node has. */
export interface Names {
  /** The name to use. One that is taken gets the suffix, and a number if that is taken as well. */
  claim: (found: string, suffix?: string) => string;
}

/**
 * A name consists of letters, digits, `.`, `_` and inner `-`, and is none of a topology's groups. Of another name what
 * does not fit becomes `-`.
 */
export function uniqueNames(): Names {
  const taken = new Set<string>();
  return {
    claim: (found, suffix) => {
      const usable = usableName(found);
      let name = usable;
      if (taken.has(name) && suffix !== undefined) name = `${usable}-${suffix}`;
      const base = name;
      for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
      taken.add(name);
      return name;
    },
  };
}

function usableName(found: string): string {
  if (isSiteName(found)) return found;
  const fitting = found
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replaceAll(/^[.-]+|[.-]+$/g, "")
    .slice(0, 200)
    .replaceAll(/[.-]+$/g, "");
  if (fitting === "") return "host";
  return (groupNames as readonly string[]).includes(fitting) ? `${fitting}-node` : fitting;
}

/** The text as an address, in its canonical form, if a topology takes it as one. */
export const addressOf = (text: string): string | undefined => parseAddress(text.trim())?.text;
