import type { Stats } from "node:fs";
import { InputError } from "../../model/text/problem.ts";
import { statOrAbsent } from "../output/output-file.ts";
import { reasonOf } from "../output/write-errors.ts";

/** What is at a path that a user named, or below it; a path that cannot be followed is an InputError. */
export async function placeOf(path: string): Promise<Stats | undefined> {
  try {
    return await statOrAbsent(path);
  } catch (error) {
    throw new InputError([{ file: path, message: `cannot be read: ${reasonOf(error)}` }]);
  }
}
