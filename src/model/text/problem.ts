import { escapeUnseen } from "./printable.ts";

/** One mistake in an input file, with its place; lines and columns count from 1. */
export interface Problem {
  file: string;
  line?: number;
  column?: number;
  /** Path inside the document, e.g. `hosts[3].address`. */
  path?: string;
  message: string;
}

/** Thrown for anything that the user can mend; commands print its problems and exit 2, nothing is sent. */
export class InputError extends Error {
  override name = "InputError";
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** `file:line:col: path: message` in one line that is safe to show, leaving out what is not known. */
export function formatProblem({ file, line, column, path, message }: Problem): string {
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
  return escapeUnseen([place, path, message].filter((part) => part !== undefined && part !== "").join(": "));
}
