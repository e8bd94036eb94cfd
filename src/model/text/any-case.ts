import { z } from "zod";

/** One of some words, however it is capitalised: `Windows` is `windows`. Editors are offered the words themselves. */
export function anyCase<const Words extends readonly [string, ...string[]]>(words: Words) {
  const letters = (word: string): string =>
    [...word].map((letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`).join("");
  const pattern = new RegExp(`^(?:${words.map(letters).join("|")})$`);
  const exact = z.enum(words);
  const folded = z.string().regex(pattern).toLowerCase().pipe(z.enum(words));
  return z.union([exact, folded]);
}
