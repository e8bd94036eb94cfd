import { getAsset, isSea } from "node:sea";

/**
 * Where the files of the program seem to lie when it is one file with Node in it: nothing is there, they are read from
 * the program itself. build/binary.mjs gives every module a place under it.
 */
const inside = "/portmatrix-in-one-file/";

/** The file of the program itself at this path; `undefined` where the path leads to the file system, as it nearly always does. */
export function embeddedFile(path: string): Uint8Array | undefined {
  if (!isSea() || !path.startsWith(inside)) return undefined;
  const name = path.slice(inside.length);
  return embeddedNames().includes(name) ? new Uint8Array(getAsset(name)) : undefined;
}

/** The paths below a directory of the program itself, relative to it; `undefined` where it lies in the file system. */
export function embeddedBelow(directory: string): string[] | undefined {
  if (!isSea() || !directory.startsWith(inside)) return undefined;
  const start = directory.slice(inside.length);
  return embeddedNames().flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
}

const embeddedNames = (): string[] => JSON.parse(getAsset("names", "utf8")) as string[];
