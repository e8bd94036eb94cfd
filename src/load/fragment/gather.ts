import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fragmentMarks } from "../../model/run/fragment.ts";
import { readBytes } from "../text-file.ts";
import { beheaded, type ReadFragment, readFragments } from "./read.ts";
import { unpack } from "./unpack.ts";

/** Largest file that is read, files of all directories together, and how deep they lie. */
const most = { bytes: 256 * 1024 * 1024, files: 10_000, depth: 4 };

/** A fragment and where it stood, for messages. */
export type Gathered = { place: string } & ReadFragment;

/** What `--merge` names: fragments, and the files that are something else, which their own readers look at. */
export interface MergeSources {
  fragments: Gathered[];
  others: string[];
}

/**
 * Reads what `--merge` names: files, directories and tars. A file that was named, cannot be read or is JSON, and has no
 * fragment is somebody else's; every other one that has none is told as such.
 */
export async function gatherFragments(paths: readonly string[]): Promise<MergeSources> {
  const sources: MergeSources = { fragments: [], others: [] };
  let files = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    if (await isDirectory(path)) {
      if (depth > most.depth) return void sources.fragments.push({ place: path, refusal: "it lies too deep" });
      const entries = await readdir(path, { withFileTypes: true });
      for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
        if (entry.isFile() || entry.isDirectory()) await visit(join(path, entry.name), depth + 1);
      return;
    }
    files += 1;
    if (files > most.files)
      return void (
        files === most.files + 1 &&
        sources.fragments.push({
          place: path,
          refusal: `these are more than ${most.files} files; the rest is left out`,
        })
      );
    sources.fragments.push(...(await readFile(path, depth === 0 ? sources.others : undefined)));
  };
  for (const path of paths) await visit(path, 0);
  return sources;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // reading it says why
  }
}

async function readFile(path: string, others: string[] | undefined): Promise<Gathered[]> {
  const bytes = await readBytes(path, most.bytes);
  const leave = (): Gathered[] => {
    others?.push(path);
    return [];
  };
  if (typeof bytes === "string") return others === undefined ? [{ place: path, refusal: bytes }] : leave();
  const inside = await unpack(bytes);
  if (typeof inside === "string") return [{ place: path, refusal: inside }];
  if (inside !== undefined)
    return inside.flatMap(
      ({ name, bytes }) =>
        inText(bytes, name === "" ? path : `${path}:${name}`) ?? [{ place: `${path}:${name}`, refusal: nothing }],
    );
  const found = inText(bytes, path);
  if (found !== undefined) return found;
  if (others === undefined) return [{ place: path, refusal: nothing }];
  return isJson(bytes) ? leave() : [{ place: path, refusal: `${nothing}, and no record of a responder` }];
}

const nothing = "there is no fragment of a script in it";

/** What is read by somebody else begins like an object of JSON. */
const isJson = (bytes: Uint8Array): boolean =>
  /^\uFEFF?\s*\{/.test(Buffer.from(bytes.subarray(0, 1_000)).toString("utf8"));

/** The fragments of a text; `undefined` if there is none and nothing that looks like the rest of one. PowerShell 5.1 writes UTF-16 where it is asked for a file. */
function inText(bytes: Uint8Array, place: string): Gathered[] | undefined {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = Buffer.from(bytes).toString(isUtf16 ? "utf16le" : "utf8");
  if (!text.includes(fragmentMarks.begin))
    if (text.includes(fragmentMarks.end) && !/^pm format /m.test(text)) return [{ place, refusal: beheaded }];
  const found = readFragments(text);
  if (found.length === 0) return undefined;
  return found.map((one, at) => ({ place: found.length > 1 ? `${place} (fragment ${at + 1})` : place, ...one }));
}
