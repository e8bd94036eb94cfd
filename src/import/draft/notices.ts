import { plainText } from "../../model/text/printable.ts";
import type { Draft, Notice } from "./draft.ts";

const mostNames = 6;

/** A few names and how many more there are. */
export function someOf(names: readonly string[], most = mostNames): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** One line for each thing that is to be said, with all that it is about; in the order of their first mention. */
export function noticeLines(notices: readonly Notice[], mostShown = mostNames): string[] {
  const about = new Map<string, Set<string>>();
  for (const { about: one, text } of notices) {
    const known = about.get(text) ?? new Set<string>();
    if (one !== "") known.add(one);
    about.set(text, known);
  }
  return [...about].map(([text, names]) =>
    plainText(names.size === 0 ? text : `${text}: ${someOf([...names], mostShown)}`),
  );
}

/** One line for each variable that a check will want, with what it holds. */
export const secretLines = ({ secrets }: Draft): string[] =>
  secrets.map(({ env, holds }) => plainText(`${env}: ${holds}`));
