import { Command, CommanderError, Option } from "commander";
import { readFileSync } from "node:fs";
import { collect, parseCount, parseDuration } from "./commands/options.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./commands/surroundings.ts";
import { formatProblem, InputError } from "./model/problem.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const abort = new AbortController();
const defaultTopology = "portmatrix.yaml";

const surroundings: Surroundings = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  readStdin: async () => Buffer.concat(await process.stdin.toArray()),
  signal: abort.signal,
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  version,
};

/** The command line: every command and option of contract §1 that exists. Commands load their code when they run. */
function buildProgram(finish: (code: ExitCode) => void): Command {
  const program = new Command("portmatrix")
    .description("Checks that every port a Checkmk installation needs is reachable, from the right side.")
    .version(version)
    .showHelpAfterError("Run with --help for all options.")
    .exitOverride();
  const selecting = (command: Command): Command =>
    command
      .argument("[topology]", "the expected topology, YAML or JSON", defaultTopology)
      .option("--from <node>", "this machine is NODE; only flows that start there")
      .option("--section <id>", "only this section of the document, by number or anchor (repeatable)", collect, [])
      .option("--only <term>", "only this node, port (8000, 8000/tcp), icmp or requirement (repeatable)", collect, [])
      .option("--catalog <id|file>", "the catalog, e.g. checkmk/2.3, instead of the topology's")
      .option("--format <format[=file]>", "output format (repeatable)", collect, []);

  selecting(program.command("check"))
    .description("plan, probe, judge and report: the pass/fail matrix per section of the document")
    .addOption(new Option("--stage <stage>", "preinstall: nothing listens yet").choices(["live", "preinstall"]))
    .option("--timeout <duration>", "how long to wait for each answer", parseDuration, 3_500)
    .option("--concurrency <n>", "probes in flight at most", parseCount)
    .option("--rate <n>", "probes per second at most", parseCount)
    .option("--strict", "warnings and skipped flows leave the run undecided (exit 3)", false)
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .option("--quiet", "no default table and no progress: the exit code tells", false)
    .addHelpText(
      "after",
      "\nFormats: table (default), json, junit, markdown. Exit: 0 ok, 1 fail, 2 input error, 3 undecided, 70 internal, 130 interrupted.",
    )
    .action(async (file: string, options) => {
      const { checkCommand } = await import("./commands/check.ts");
      finish(await checkCommand(file, options, surroundings));
    });

  selecting(program.command("plan"))
    .description("print every required flow: from, to, protocol, port, section, why; sends nothing")
    .addHelpText("after", "\nFormats: table (default), csv, markdown, json.")
    .action(async (file: string, options) => {
      const { planCommand } = await import("./commands/plan.ts");
      finish(await planCommand(file, options, surroundings));
    });

  program
    .command("report")
    .description("render a saved run (check --format json=FILE) in another format; sends nothing")
    .argument("<run.json>", "the run record")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .option("--strict", "exit code as check --strict", false)
    .option("--no-color", "no colour")
    .action(async (file: string, options) => {
      const { reportCommand } = await import("./commands/report.ts");
      finish(await reportCommand(file, options, surroundings));
    });

  program
    .command("catalog")
    .description("list the catalogs, or check one and show what it requires; sends nothing")
    .argument("[id|file]", "e.g. checkmk/2.3 or my-catalog.yaml")
    .action(async (id: string | undefined) => {
      const { catalogCommand } = await import("./commands/catalog.ts");
      finish(await catalogCommand(id, surroundings));
    });

  program
    .command("explain")
    .description("explain a reason code, or list all of them; sends nothing")
    .argument("[reason]", "e.g. connection-refused")
    .action(async (reason: string | undefined) => {
      const { explainCommand } = await import("./commands/explain.ts");
      finish(await explainCommand(reason, surroundings));
    });

  program
    .command("demo")
    .description("an embedded lab on loopback with four faults, and the real check over it")
    .option("--no-color", "no colour")
    .action(async (options) => {
      const { demoCommand } = await import("./commands/demo.ts");
      finish(await demoCommand(options, surroundings));
    });

  program
    .command("agent", { hidden: true })
    .description("a vantage point's worker: tasks on stdin, observations on stdout, NDJSON")
    .option("--accepts <protocol>", "exit 0 if this protocol version is spoken", Number)
    .action(async (options: { accepts?: number }) => {
      const { agentCommand } = await import("./commands/agent.ts");
      finish(
        await agentCommand(options, { stdin: process.stdin, stdout: process.stdout, version, signal: abort.signal }),
      );
    });
  return program;
}

/** What a user reads when a command ends with an exception, and its exit code. */
function explain(error: unknown): { text: string; code: ExitCode } {
  if (error instanceof InputError) return { text: error.problems.map(formatProblem).join("\n"), code: exitCodes.usage };
  if (error instanceof CommanderError) return { text: "", code: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  const detail =
    error instanceof Error ? (surroundings.env["PORTMATRIX_DEBUG"] ? error.stack : error.message) : String(error);
  return {
    text: `portmatrix: internal error: ${detail}\nThis is a bug; PORTMATRIX_DEBUG=1 shows where.`,
    code: exitCodes.internal,
  };
}

process.once("SIGINT", () => {
  abort.abort();
  process.once("SIGINT", () => process.exit(exitCodes.interrupted)); // a second Ctrl-C does not wait for the report
});
process.once("SIGTERM", () => abort.abort());
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(); // the reader, e.g. head(1), has seen enough
  throw error;
});
let code: ExitCode = exitCodes.ok;
try {
  await buildProgram((result) => {
    code = result;
  }).parseAsync();
} catch (error) {
  const explained = explain(error);
  if (explained.text !== "") surroundings.err(`${explained.text}\n`);
  code = explained.code;
}
// A name server that is dead holds its thread for many seconds after the report is out, so nobody waits for it.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
