import { pipeline } from "node:stream/promises";
import { InputError } from "../../model/text/problem.ts";
import { openOutput } from "../output/output-file.ts";
import { reasonOf } from "../output/write-errors.ts";

/** Writes a file as a whole or not at all. */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    const output = await openOutput(file);
    await pipeline([text], output.stream, { end: false });
    await output.commit();
  } catch (error) {
    throw new InputError([{ file, message: `cannot be written: ${reasonOf(error)}` }]);
  }
}
