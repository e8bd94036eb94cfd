import { InputError } from "../model/text/problem.ts";
import { type Reason, reasonSchema } from "../model/reason.ts";
import { didYouMean } from "../load/yaml/suggest.ts";
import { reasonWords } from "../report/reasons/entries.ts";
import { explainReason, listReasons } from "../report/reasons/explain.ts";
import { appearance } from "./output/appearance.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Prints what a reason code means, or all reasons with one line each. A reason that does not exist is an InputError. */
export async function explainCommand(
  reason: string | undefined,
  surroundings: Pick<Surroundings, "out" | "stdoutIsTerminal" | "columns" | "env">,
): Promise<ExitCode> {
  const look = appearance(surroundings, false);
  surroundings.out(reason === undefined ? listReasons(look) : explainReason(parseReason(reason), look));
  return exitCodes.ok;
}

function parseReason(text: string): Reason {
  const parsed = reasonSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  const all = reasonSchema.options;
  const shownFor = all.filter((reason) => reasonWords[reason].cell === text);
  const hint =
    shownFor.length === 0 ? didYouMean(text, all) : `; the matrix shows that word for ${shownFor.join(" and ")}`;
  const end = hint.endsWith("?") ? "" : ";"; // a guess is a question
  const message = `${JSON.stringify(text)} is not a reason${hint}${end} \`portmatrix explain\` lists them all`;
  throw new InputError([{ file: "explain", message }]);
}
