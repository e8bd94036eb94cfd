import { Argument, Command } from "commander";
import { escapeUnseenByLine } from "../model/text/printable.ts";
import type { AgentStreams } from "./agent.ts";
import { declareCheckOptions, failOn } from "./check/options.ts";
import { type Shell, shells } from "./complete/shells.ts";
import { declareDoctor } from "./doctor/options.ts";
import { declareListen } from "./responder/listen-options.ts";
import { describeOption } from "./help/describe-option.ts";
import { addHelpWords, everydayCommands } from "./help/help-words.ts";
import { declareImport } from "./import/options.ts";
import type { Person } from "./init.ts";
import { collect, parseAge } from "./options.ts";
import { declareRequest, declareRules } from "./request/request-options.ts";
import { declareReportHead } from "./report/report-head-options.ts";
import { declareHostRules } from "./rules/options.ts";
import { declareScript } from "./script/options.ts";
import { declareTrace } from "./trace/options.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

const defaultTopology = "portmatrix.yaml";

/** What the command line gets from the process: `finish` takes the exit code of the command that ran. */
export interface CommandLine {
  surroundings: Surroundings;
  finish: (code: ExitCode) => void;
  /** The streams of a vantage point's worker. */
  worker: Pick<AgentStreams, "stdin" | "stdout">;
  /** Who can be asked, if this is a terminal. */
  person: Person | undefined;
}

/** The command line: every command and its options. Commands load their code when they run. */
export function buildProgram({ surroundings, finish, worker, person }: CommandLine): Command {
  const program = new Command("portmatrix")
    .description("Checks that every port a Checkmk installation needs is reachable, from the right side.")
    .version(surroundings.version)
    .showHelpAfterError("Run with --help for all options.")
    .configureHelp({ optionDescription: describeOption })
    .addHelpText("before", everydayCommands)
    // Before the commands are declared: each has a copy. What is said quotes arguments.
    .configureOutput({ writeErr: (text) => surroundings.err(escapeUnseenByLine(text)) })
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
    .action(async (file: string, options) => {
      const { checkCommand } = await import("./check.ts");
      const loadWatch = async () => (await import("./watch/watch-run.ts")).watchRun;
      finish(await checkCommand(file, options, surroundings, loadWatch));
    });

  declareScript(program, surroundings, { finish, defaultTopology });
  declareListen(program, async (file, options) => {
    const { listenCommand } = await import("./listen.ts");
    finish(await listenCommand(file, options, surroundings));
  });

  declareRules(selecting(program.command("plan")))
    .description("print every required flow: from, to, protocol, port, section, why; sends nothing")
    .option("--no-color", "accepted for scripts; a plan has no colour")
    .action(async (file: string, options) => {
      const { planCommand } = await import("./plan.ts");
      finish(await planCommand(file, options, surroundings));
    });

  declareRequest(selecting(program.command("request"))).action(async (file: string, options) => {
    const { requestCommand } = await import("./request.ts");
    finish(await requestCommand(file, options, surroundings));
  });

  declareHostRules(program.command("rules"), defaultTopology).action(async (file: string, options) => {
    const { rulesCommand } = await import("./rules.ts");
    finish(await rulesCommand(file, options, surroundings));
  });

  declareTrace(program.command("trace"), defaultTopology, async (file, flow, options) => {
    const { traceCommand } = await import("./trace.ts");
    finish(await traceCommand(file, flow, options, surroundings));
  });

  const report = program
    .command("report")
    .description("render a saved run (check --format json=FILE) in another format; sends nothing")
    .argument("<run.json>", "the run record")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .option(
      "--merge <file>",
      "merge the result of a script, or the record of a responder (listen --record) (repeatable)",
      collect,
      [],
    )
    .option("--max-age <duration>", "how far in time a fragment may be from the run, such as 90m, 24h or 7d", parseAge)
    .option("--strict", "exit code as check --strict", false)
    .option("--complete", "exit code as check --complete", false)
    .option("--no-color", "no colour");
  declareReportHead(report).action(async (file: string, options) => {
    const { reportCommand } = await import("./report.ts");
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
    .action(async (oldFile: string, newFile: string, options) => {
      const { diffCommand } = await import("./diff.ts");
      finish(await diffCommand(oldFile, newFile, options, surroundings));
    });

  declareDoctor(program, {
    registration: async (file, options) => {
      const { doctorRegistrationCommand } = await import("./doctor.ts");
      finish(await doctorRegistrationCommand(file, options, surroundings));
    },
    setup: async (options) =>
      finish(await (await import("./doctor/setup.ts")).doctorSetupCommand(options, surroundings)),
  });

  program
    .command("init")
    .description("write a commented first topology; asks on a terminal for what the options leave out")
    .option("--stage <stage>", "live, or preinstall if nothing is installed yet (default: live)")
    .option("--server <[name=]address>", "the Checkmk server; with it init asks nothing")
    .option("--site <site>", "the name of its site (default: main)")
    .option("--checkmk <version>", "the version of Checkmk (default: the newest one with a catalog)")
    .option("--host <[name=]address>", "a host to monitor (repeatable)", collect, [])
    .option("--output <file>", "the topology to write; - is stdout", defaultTopology)
    .action(async (options) => {
      const { initCommand } = await import("./init.ts");
      finish(await initCommand(options, surroundings, person));
    });

  declareImport(program, {
    checkmk: async (options) =>
      finish(await (await import("./import/checkmk.ts")).importCheckmkCommand(options, surroundings)),
    site: async (options) => finish(await (await import("./import/site.ts")).importSiteCommand(options, surroundings)),
    list: async (kind, file, options) =>
      finish(await (await import("./import/lists.ts")).importListCommand(kind, file, options, surroundings)),
  });

  program
    .command("catalog")
    .description("list the catalogs, or check one and show what it requires; sends nothing")
    .argument("[id|file|list]", "e.g. checkmk/2.3, my-catalog.yaml, special-agents or active-checks")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .action(async (id: string | undefined, options: { format: readonly string[] }) => {
      const { catalogCommand } = await import("./catalog.ts");
      finish(await catalogCommand(id, options, surroundings));
    });

  program
    .command("explain")
    .description("explain a reason code, or list all of them; sends nothing")
    .argument("[reason]", "e.g. connection-refused")
    .action(async (reason: string | undefined) => {
      const { explainCommand } = await import("./explain.ts");
      finish(await explainCommand(reason, surroundings));
    });

  program
    .command("demo")
    .description("start a small lab on loopback with seven faults, and run the real check on it")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .option("--keep", "keep the lab and its topology until Ctrl-C, for your own tests", false)
    .option("--no-color", "no colour")
    .action(async (options) => {
      const { demoCommand } = await import("./demo.ts");
      finish(await demoCommand(options, surroundings));
    });

  program
    .command("agent", { hidden: true })
    .description("a vantage point's worker: tasks on stdin, observations on stdout, NDJSON")
    .option("--accepts <protocol>", "exit 0 if this protocol version is spoken", Number)
    .action(async (options: { accepts?: number }) => {
      const [{ agentCommand }, { agentBundle, readShipped }] = await Promise.all([
        import("./agent.ts"),
        import("./shipped-files.ts"),
      ]);
      const source = async () => new TextDecoder().decode(await readShipped(agentBundle));
      finish(await agentCommand(options, { ...surroundings, ...worker, source }));
    });

  program
    .command("completion")
    .description("print a script that completes commands, options and names of the topology in your shell")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .action(async (shell: Shell) => {
      const { completionScript } = await import("./complete/shell-scripts.ts");
      surroundings.out(completionScript(shell));
      finish(exitCodes.ok);
    });

  program
    .command("complete", { hidden: true })
    .description("candidates for the last word; for the scripts that `completion` prints")
    .argument("<shell>", "the shell that asks; it writes the words behind portmatrix to stdin, one a line")
    .action(async (shell: string) => {
      const { completeCommand } = await import("./complete/complete.ts");
      finish(await completeCommand(shell, program, surroundings));
    });

  addHelpWords(program);
  return program;
}
