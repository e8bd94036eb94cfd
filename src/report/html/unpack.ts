import type { Result } from "../../model/run/run.ts";
import { fill, type PackedResult, type Template } from "./pack.ts";

/** The result that `pack` made small, as it was. Runs in the browser, once for each flow that is opened or searched. */
export function unpack(
  [number, ...values]: PackedResult,
  templates: readonly Template[],
  names: { from: string; to: string },
): Result {
  const template = templates[number];
  if (template === undefined) throw new TypeError(`There is no template ${number}.`);
  return fill(template.like, values, names) as unknown as Result;
}
