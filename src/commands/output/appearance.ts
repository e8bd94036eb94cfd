import type { RenderOptions } from "../../report/text/options.ts";
import type { Surroundings } from "../surroundings.ts";

const narrowest = 40;
const widest = 100;

/**
 * How a run looks on stdout: at most 100 columns; colour on a terminal that has any, unless `--no-color` or NO_COLOR says
 * no (https://no-color.org); FORCE_COLOR asks for colour wherever the output goes and wins over NO_COLOR, as in Node
 * (https://force-color.org); plain signs where the locale of a terminal is not UTF-8 (locale(7)).
 */
export function appearance(
  { stdoutIsTerminal, columns, env }: Pick<Surroundings, "stdoutIsTerminal" | "columns" | "env">,
  wantsColour: boolean,
): Required<RenderOptions> {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  const forced = env["FORCE_COLOR"] ?? "";
  const isUsual = stdoutIsTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return {
    width: Math.min(Math.max(columns ?? widest, narrowest), widest),
    colour: wantsColour && (forced === "" ? isUsual : forced !== "0"),
    unicode: !stdoutIsTerminal || locale === "" || /utf-?8/i.test(locale),
  };
}

/** The same for a file: a terminal's colours have no place there. */
export const inFile = { width: widest, colour: false, unicode: true } as const satisfies RenderOptions;
