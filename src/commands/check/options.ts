import { type Command, Option } from "commander";
import { usualTimeout } from "../../model/text/duration.ts";
import { declareReportHead } from "../report/report-head-options.ts";
import { collect, parseAge, parseCount, parseDuration } from "../options.ts";

/** Which changes of a comparison fail. */
export const failOn = (): Option =>
  new Option("--fail-on <changes>", "which changes give exit code 1")
    .choices(["regression", "any"])
    .default("regression");

/** Declares the options that only `check` has: how it sends, judges, compares and watches. */
export function declareCheckOptions(command: Command): Command {
  const declared = command
    .addOption(new Option("--stage <stage>", "preinstall: nothing listens yet").choices(["live", "preinstall"]))
    .addOption(
      new Option("--timeout <duration>", "how long to wait for each answer")
        .argParser(parseDuration)
        .default(usualTimeout.ms, usualTimeout.written),
    )
    .option("--concurrency <n>", "probes in flight at most", parseCount)
    .option("--rate <n>", "probes per second at most", parseCount)
    .option(
      "--responders <node>",
      "listen on the free ports of NODE and prove each flow (repeatable; auto: all nodes with a vantage point)",
      collect,
      [],
    )
    .option("--key-file <file>", "key of the responders started with portmatrix listen")
    .option(
      "--merge <file>",
      "merge the fragment of a script (file, directory, tar) or the record of a responder (repeatable)",
      collect,
      [],
    )
    .option("--max-age <duration>", "how old a fragment may be, such as 90m, 24h or 7d (default 24h)", parseAge)
    .option("--trace", "trace silent failures hop by hop: where packets get lost (docs/trace.md)")
    .option("--inspect", "read the sockets and the firewall of failed targets; changes nothing (docs/inspection.md)")
    .option("--vantages <n>", "vantage points to open at a time (default 16)", parseCount)
    .addOption(
      new Option(
        "--accept <what>",
        "unverifiable: silence of UDP services that never answer is only a warning",
      ).choices(["unverifiable"]),
    )
    .option("--controls", "where only the handshake is checked, probe one decoy port too (docs/verdicts.md)")
    .option("--no-controls", "no decoy ports, whatever the topology says (the default)")
    .option("--strict", "warnings and skipped flows leave the run undecided (exit 3)", false)
    .option("--complete", "skipped flows leave the run undecided (exit 3), warnings do not", false)
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .option("--quiet", "no default table and no progress; only the exit code", false)
    .option("--verbose", "say on stderr what is going on: vantage points, raw sockets, limits, deadlines", false)
    .option("--baseline <run.json>", "compare with this run; the exit code is that of the comparison")
    .option("--diff-format <format[=file]>", "format of the comparison (repeatable)", collect, [])
    .addOption(failOn())
    .option("--watch", "probe again what is not green, and less often what is, until Ctrl-C")
    .option("--until-pass", "end the watch with exit code 0 as soon as everything is green")
    .option(
      "--for <duration>",
      "end the watch with exit code 0 when everything has been green for this time",
      parseDuration,
    )
    .option("--interval <duration>", "pause between two rounds of the watch (default 5s)", parseDuration)
    .option("--green-interval <duration>", "how often the watch probes green cells again (default 1m)", parseDuration)
    .option("--careful-interval <duration>", "how often to repeat probes that could disturb a service", parseDuration)
    .option("--bell", "ring the terminal's bell when a cell of the watch changes");
  return declareReportHead(declared);
}
