import { Command } from "commander";
import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { declareCheckOptions, failOn } from "./commands/check/options.ts";
import { declareDoctor } from "./commands/doctor/options.ts";
import { declareImport } from "./commands/import/options.ts";
import { describeOption } from "./commands/describe-option.ts";
import { explainError } from "./commands/explain-error.ts";
import { formatHelp } from "./commands/format-help.ts";
import { collect } from "./commands/options.ts";
import { conclude, undeliveredTo } from "./commands/output.ts";
import { removeDrafts } from "./commands/output-file.ts";
import { readAll } from "./commands/read-stdin.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./commands/surroundings.ts";
import { escapeUnseenByLine } from "./model/printable.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const abort = new AbortController();
const defaultTopology = "portmatrix.yaml";
/** Commands that end a run themselves when the signal is aborted, with what they have; any other ends at once. */
const endsItself = new Set(["check", "demo", "doctor", "agent"]);

const surroundings: Surroundings = {
  out: (text) => void process.stdout.write(text, noteStdout),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  readStdin: () => readAll(process.stdin as AsyncIterable<Uint8Array>),
  signal: abort.signal,
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  terminal: () => ({ columns: process.stdout.columns, rows: process.stdout.rows }),
  version,
};

let stdoutFailure: Error | undefined;
let isHungUp = false;

/**
 * Notes that standard output cannot be written. Files still are. Each write asks, because the event "error" comes later
 * than the callback of the last write.
 */
function noteStdout(error: NodeJS.ErrnoException | null | undefined): void {
  if (error === null || error === undefined) return;
  surroundings.out = () => {};
  if (error.code !== "EPIPE" && !isHungUp) stdoutFailure ??= error; // the reader, e.g. head(1), has seen enough
}

/** The command line: every command and its options. Commands load their code when they run. */
function buildProgram(finish: (code: ExitCode) => void): Command {
  const program = new Command("portmatrix")
    .description("Checks that every port a Checkmk installation needs is reachable, from the right side.")
    .version(version)
    .showHelpAfterError("Run with --help for all options.")
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({ writeErr: sayMistake })
    .exitOverride();
  const selecting = (command: Command): Command =>
    command
      .argument("[topology]", "the expected topology, YAML or JSON", defaultTopology)
      .option(
        "--from <node>",
        "this machine is NODE; only flows that start there (NODE! if none of its addresses is here)",
      )
      .option("--section <id>", "only this section of the document, by number or anchor (repeatable)", collect, [])
      .option("--only <term>", "only this node, port (8000, 8000/tcp), icmp or requirement (repeatable)", collect, [])
      .option("--catalog <id|file>", "the catalog, e.g. checkmk/2.3, instead of the topology's")
      .option("--format <format[=file]>", "output format (repeatable)", collect, []);

  declareCheckOptions(selecting(program.command("check")))
    .description("plan, probe, judge and report: the pass/fail matrix per section of the document")
    .addHelpText(
      "after",
      `\n${formatHelp.run}\nExit codes: 0 as required, 1 not, 2 input error, 3 undecided, 70 internal, 130 interrupted.`,
    )
    .action(async (file: string, options) => {
      const { checkCommand } = await import("./commands/check.ts");
      const loadWatch = async () => (await import("./commands/watch/watch-run.ts")).watchRun;
      finish(await checkCommand(file, options, surroundings, loadWatch));
    });

  selecting(program.command("plan"))
    .description("print every required flow: from, to, protocol, port, section, why; sends nothing")
    .option("--no-color", "a plan has no colour; for scripts that give it to every command")
    .addHelpText("after", `\n${formatHelp.plan}`)
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
    .addHelpText("after", `\n${formatHelp.run}`)
    .action(async (file: string, options) => {
      const { reportCommand } = await import("./commands/report.ts");
      finish(await reportCommand(file, options, surroundings));
    });

  program
    .command("diff")
    .description("compare two saved runs: broken, fixed, changed, flaky, new, gone; sends nothing")
    .argument("<old.json>", "the run record from before")
    .argument("<new.json>", "the run record from after")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .addOption(failOn())
    .option("--no-color", "no colour")
    .addHelpText(
      "after",
      `\n${formatHelp.diff} Exit: 0 no regression, 1 regression, 2 input error, 3 something could not be tried again.`,
    )
    .action(async (oldFile: string, newFile: string, options) => {
      const { diffCommand } = await import("./commands/diff.ts");
      finish(await diffCommand(oldFile, newFile, options, surroundings));
    });

  declareDoctor(program, async (file, options) => {
    const { doctorRegistrationCommand } = await import("./commands/doctor.ts");
    finish(await doctorRegistrationCommand(file, options, surroundings));
  });

  program
    .command("init")
    .description("write a commented topology to begin with; asks on a terminal for what no option says")
    .option("--stage <stage>", "live, or preinstall if nothing is installed yet (default: live)")
    .option("--server <[name=]address>", "the Checkmk server; with it nothing is asked")
    .option("--site <site>", "the name of its site (default: main)")
    .option("--checkmk <version>", "the version of Checkmk (default: the newest that there is a catalog of)")
    .option("--host <[name=]address>", "a host to monitor (repeatable)", collect, [])
    .option("--output <file>", "the topology to write; - is stdout", defaultTopology)
    .action(async (options) => {
      const { initCommand } = await import("./commands/init.ts");
      const isAsked = process.stdin.isTTY === true && process.stderr.isTTY === true;
      const person = isAsked ? { input: process.stdin, output: process.stderr } : undefined;
      finish(await initCommand(options, surroundings, person));
    });

  declareImport(program, {
    checkmk: async (options) =>
      finish(await (await import("./commands/import/checkmk.ts")).importCheckmkCommand(options, surroundings)),
    site: async (options) =>
      finish(await (await import("./commands/import/site.ts")).importSiteCommand(options, surroundings)),
    list: async (kind, file, options) =>
      finish(await (await import("./commands/import/lists.ts")).importListCommand(kind, file, options, surroundings)),
  });

  program
    .command("catalog")
    .description("list the catalogs, or check one and show what it requires; sends nothing")
    .argument("[id|file|list]", "e.g. checkmk/2.3, my-catalog.yaml, special-agents or active-checks")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .addHelpText("after", `\n${formatHelp.catalog}`)
    .action(async (id: string | undefined, options: { format: readonly string[] }) => {
      const { catalogCommand } = await import("./commands/catalog.ts");
      finish(await catalogCommand(id, options, surroundings));
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
      finish(await agentCommand(options, { ...surroundings, stdin: process.stdin, stdout: process.stdout }));
    });
  return program;
}

/** Writes an error to stderr. It may quote an argument, a file or another program, so each line is made safe to show. */
function sayMistake(text: string): void {
  surroundings.err(escapeUnseenByLine(text));
}

/** How the process ends: on signals, and when nobody reads its output any more. */
function followProcess(): void {
  // A terminal that is closed may say so twice, once itself and once through its shell, and takes no output any more.
  process.on("SIGHUP", () => {
    isHungUp = true;
    if (!endsItself.has(process.argv[2] ?? "")) process.exit(exitCodes.interrupted);
    abort.abort();
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // One handler for good: while a signal has none, it would end the process at once.
    process.on(signal, () => {
      // The second one does not wait for the report.
      if (abort.signal.aborted || !endsItself.has(process.argv[2] ?? "")) process.exit(exitCodes.interrupted);
      abort.abort();
    });
  }
  process.once("exit", removeDrafts);
  process.stdout.on("error", noteStdout);
  process.stderr.on("error", () => undefined); // there is no place left to say it, and the exit code stays that of the run
}

// Each refused connection is an Error; without its stack, which is shown only on request, a check takes a fifth less time.
if (!surroundings.env["PORTMATRIX_DEBUG"]) Error.stackTraceLimit = 0;
setMaxListeners(0, abort.signal); // every vantage point and every running probe listens
followProcess();
let code: ExitCode = exitCodes.ok;
try {
  await buildProgram((result) => void (code = result)).parseAsync();
} catch (error) {
  const explained = explainError(error, { showsStack: Boolean(surroundings.env["PORTMATRIX_DEBUG"]) });
  if (explained.text !== "") sayMistake(`${explained.text}\n`);
  code = explained.code;
}
// A name server that is dead holds its thread for many seconds after the report is out, so nobody waits for it.
process.stdout.write("", (error) => {
  noteStdout(error);
  const undelivered = stdoutFailure === undefined ? [] : [undeliveredTo(undefined, stdoutFailure)];
  code = conclude(code, undelivered, surroundings);
  process.stderr.write("", () => process.exit(code));
});
