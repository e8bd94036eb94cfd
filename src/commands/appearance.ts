import type { RenderOptions } from "../report/text/options.ts";
import type { Surroundings } from "./surroundings.ts";

const narrowest = 60;
const widest = 100;

/**
 * How a run looks on stdout: at most 100 columns, colour only on a terminal and neither with `--no-color` nor NO_COLOR
 * (https://no-color.org), plain signs where the locale of a terminal is not UTF-8 (locale(7)).
 */
export function appearance(
  { stdoutIsTerminal, columns, env }: Pick<Surroundings, "stdoutIsTerminal" | "columns" | "env">,
  wantsColour: boolean,
): Required<RenderOptions> {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return {
    width: Math.min(Math.max(columns ?? widest, narrowest), widest),
    colour: stdoutIsTerminal && wantsColour && !env["NO_COLOR"] && env["TERM"] !== "dumb",
    unicode: !stdoutIsTerminal || locale === "" || /utf-?8/i.test(locale),
  };
}

/** The same for a file: a terminal's colours have no place there. */
export const inFile = { width: widest, colour: false, unicode: true } as const satisfies RenderOptions;
