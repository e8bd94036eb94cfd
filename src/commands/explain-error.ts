import { CommanderError } from "commander";
import { formatProblem, InputError } from "../model/text/problem.ts";
import { knownDescriptorLimit } from "./check/limits.ts";
import { exitCodes, type ExitCode } from "./surroundings.ts";

/** What a user reads when a command ends with an exception, and its exit code. */
export function explainError(
  error: unknown,
  { showsStack }: { showsStack: boolean },
): { text: string; code: ExitCode } {
  if (error instanceof InputError) return { text: error.problems.map(formatProblem).join("\n"), code: exitCodes.usage };
  if (error instanceof CommanderError) return { text: "", code: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  const { code } = Object(error) as NodeJS.ErrnoException;
  if (code === "EMFILE" || code === "ENFILE") {
    const limit = knownDescriptorLimit();
    const atMost = limit === undefined ? "" : `: at most ${limit} (\`ulimit -n\`)`;
    const text = `portmatrix: cannot go on: too many files are open (${code})${atMost}; allow more, e.g. \`ulimit -n 1024\``;
    return { text, code: exitCodes.undecided };
  }
  const detail = error instanceof Error ? (showsStack ? error.stack : error.message) : String(error);
  return {
    text: `portmatrix: internal error: ${detail}\nThis is a bug; PORTMATRIX_DEBUG=1 shows where.`,
    code: exitCodes.internal,
  };
}
