import { type Command, InvalidArgumentError, Option } from "commander";
import { usualTimeout } from "../../model/text/duration.ts";
import { type Shell, shells } from "../../model/shell.ts";
import { collect, parseDuration } from "../options.ts";

/** Options of `doctor registration` as they are written; durations in milliseconds. */
export interface DoctorOptions {
  server?: string;
  site?: string;
  host?: string;
  from?: string;
  /** The command behind which the probes start. */
  via?: string;
  /** What that command starts in place of `sh`. */
  viaShell?: Shell;
  port?: number;
  timeout: number;
  /** Whether the target of the first broken step is read. */
  inspect?: boolean;
  format: readonly string[];
  color: boolean;
  /** Whether stderr tells what is going on. */
  verbose?: boolean;
}

/** Options of `doctor setup` as they are written. */
export type SetupOptions = Pick<DoctorOptions, "format" | "color">;

/** Declares the doctor's commands; `registration` gets the topology's file, if one is given, and the options. */
export function declareDoctor(
  program: Command,
  run: {
    registration: (file: string | undefined, options: DoctorOptions) => Promise<void>;
    setup: (options: SetupOptions) => Promise<void>;
  },
): void {
  const doctor = program
    .command("doctor")
    .description("find out why something fails: a registration, or what this machine can see");
  doctor
    .command("setup")
    .description("what this machine can see (raw sockets, ping, Python, IPv6 …), and how to fix the rest")
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .action(run.setup);
  doctor
    .command("registration")
    .description("why an agent cannot register: repeats what the agent controller does, without credentials")
    .argument("[topology]", "the expected topology; without --server portmatrix.yaml")
    .option("--server <address|name>", "the Checkmk server, as in cmk-agent-ctl register --server")
    .option("--site <site>", "the site to register with")
    .option("--host <address|name>", "the host whose agent is to register")
    .option(
      "--from <node>",
      "this machine is NODE (NODE! if none of its addresses is here); without a topology: host (default) or server",
    )
    .option(
      "--via <command>",
      "send from the machine that this command reaches, e.g. 'ssh web01': nothing is installed there",
    )
    .addOption(
      new Option("--via-shell <shell>", "what to start there instead of sh (default: as in the topology)").choices(
        shells,
      ),
    )
    .option("--port <port>", "the receiver's port, as in --server HOST:PORT: skips discovery", parsePort)
    .addOption(
      new Option("--timeout <duration>", "how long to wait for each answer")
        .argParser(parseDuration)
        .default(usualTimeout.ms, usualTimeout.written),
    )
    .option(
      "--inspect",
      "read what listens on the target of the first broken step, and its firewall; changes nothing (docs/inspection.md)",
      false,
    )
    .option("--format <format[=file]>", "output format (repeatable)", collect, [])
    .option("--verbose", "say on stderr what is going on: vantage points, deadlines", false)
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .action(run.registration);
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidArgumentError(`"${text}" is not a port between 1 and 65535.`);
  return port;
}

/**
 * Splits what the controller takes behind `--server`: `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`. A bare IPv6
 * address is taken as well.
 */
export function splitServer(text: string): { server: string; port?: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const server = bracketed ?? plain ?? text;
  return port === undefined ? { server } : { server, port: Number(port) };
}
