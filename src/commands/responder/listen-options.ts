import { type Command, InvalidArgumentError, Option } from "commander";

const perUnitMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const longestMs = 24 * 3_600_000;

/** Options of `listen`; durations in milliseconds. */
export interface ListenOptions {
  as: string;
  for: number;
  catalog?: string;
  keyFile?: string;
  record?: string;
  user?: string;
}

/** Declares `listen`; `run` gets the topology's file and the options. */
export function declareListen(program: Command, run: (file: string, options: ListenOptions) => Promise<void>): void {
  program
    .command("listen")
    .description("listen on the free ports that NODE must offer, and answer the probes of a check with the same key")
    .argument("[topology]", "the expected topology, YAML or JSON", "portmatrix.yaml")
    .addOption(new Option("--as <node>", "which node of the topology this machine is").makeOptionMandatory())
    .addOption(
      new Option("--for <duration>", "how long at most, such as 90s, 30m or 2h")
        .argParser(parsePeriod)
        .default(30 * perUnitMs.m, "30m"),
    )
    .option(
      "--key-file <file>",
      "the key, the same as that of the check (- for standard input); default: PORTMATRIX_KEY",
    )
    .option("--record <file>", "write what arrives to this file, for check --merge and report --merge")
    .option("--user <name>", "the user that listens if root starts it (default nobody)")
    .option("--catalog <id|file>", "the catalog, e.g. checkmk/2.3, instead of the topology's")
    .action(run);
}

/** Parses `90s`, `30m` or `2h`, a day at most, into milliseconds. */
function parsePeriod(text: string): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  const ms = Number(count) * perUnitMs[unit as keyof typeof perUnitMs];
  if (ms >= 1_000 && ms <= longestMs) return ms;
  throw new InvalidArgumentError(`"${text}" is not a period between 1s and 24h, such as 90s, 30m or 2h.`);
}
