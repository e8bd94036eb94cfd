import { z } from "zod";
import { escapeUnseen } from "../model/text/printable.ts";
import { InputError } from "../model/text/problem.ts";
import { type ArrivalsFile, arrivalsFileSchema } from "../model/run/responder.ts";
import { readText } from "./text-file.ts";

/** Largest file that may be merged, in bytes. */
const mostBytes = 200_000_000;

/** Every kind of file that may be merged into a run, by what it says of itself under `format`. */
const formats = {
  "portmatrix-arrivals/1": (value: unknown): MergeFile | undefined => {
    const parsed = arrivalsFileSchema.safeParse(value);
    return parsed.success ? { kind: "arrivals", content: parsed.data } : undefined;
  },
} as const satisfies Record<string, (value: unknown) => MergeFile | undefined>;

/** What a file to be merged holds. */
export interface MergeFile {
  kind: "arrivals";
  content: ArrivalsFile;
}

/** Reads a file for `--merge`. One that is damaged or of another kind is an InputError of one line. */
export async function loadMergeFile(file: string): Promise<MergeFile> {
  const refuse = (message: string): InputError => new InputError([{ file, message }]);
  const text = await readText(file, mostBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse("this is not JSON, or not all of it; it is written by: portmatrix listen --record FILE");
  }
  const format = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  const read =
    typeof format === "string" && Object.hasOwn(formats, format) ? formats[format as keyof typeof formats] : undefined;
  if (read === undefined)
    throw refuse(`this is no file that can be merged; this version reads ${Object.keys(formats).join(", ")}`);
  const content = read(value);
  if (content !== undefined) return content;
  const version = writtenBy(value);
  const by =
    version === undefined ? "" : `; portmatrix ${version} wrote it: if that is another version, merge with that one`;
  throw refuse(`the file is damaged: it says ${String(format)} and is not written like that${by}`);
}

/** The version that a file says it was written by. */
function writtenBy(value: unknown): string | undefined {
  const parsed = z.object({ tool: z.object({ version: z.string().max(40) }) }).safeParse(value);
  return parsed.success ? escapeUnseen(parsed.data.tool.version) : undefined;
}
