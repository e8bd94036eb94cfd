import { type Command, Option } from "commander";
import { usualTimeout } from "../../model/text/duration.ts";
import { scriptShells } from "../../model/shell.ts";
import { collect, parseDuration } from "../options.ts";
import type { ExitCode, Surroundings } from "../surroundings.ts";

/** Declares `script`. */
export function declareScript(
  program: Command,
  surroundings: Surroundings,
  { finish, defaultTopology }: { finish: (code: ExitCode) => void; defaultTopology: string },
): void {
  program
    .command("script")
    .description("write a script for a node that you may not log in to; check --merge reads its output; sends nothing")
    .argument("[topology]", "the expected topology, YAML or JSON", defaultTopology)
    .option("--from <node>", "the node that the script runs on (repeatable with --dir)", collect, [])
    .option("--all", "one script for every node without a vantage point", false)
    .addOption(
      new Option(
        "--shell <shell>",
        "what runs it there, for every node (default: powershell for os: windows, otherwise sh)",
      ).choices(scriptShells),
    )
    .option("--out <file>", "write it there instead of to stdout")
    .option("--dir <dir>", "write NODE.EXTENSION for each node into this directory, which is created if needed")
    .option("--catalog <id|file>", "use this catalog instead of the topology's")
    .addOption(
      new Option("--timeout <duration>", "how long the script waits for each answer")
        .argParser(parseDuration)
        .default(usualTimeout.ms, usualTimeout.written),
    )
    .action(async (file: string, options) => {
      const { scriptCommand } = await import("../script.ts");
      finish(await scriptCommand(file, options, surroundings));
    });
}
