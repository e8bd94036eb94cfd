import { spawn } from "node:child_process";
import { type PingReading, readPingOutput } from "../wire/ping-output.ts";
import { type InFlight, unsent } from "./in-flight.ts";
import { errnoOf, explainError } from "./network-error.ts";

const mostProcesses = 64;
const mostOutputCharacters = 8_192;
const notFound = 127; // env(1): the program was not found

/** The C locale makes ping speak the words that `readPingOutput` knows; `env` replaces itself by ping. */
const pingCommand = ["env", "LC_ALL=C", "ping"] as const;

const queue: (() => void)[] = [];
let running = 0;

/** Waits until fewer than 64 processes run; the function that comes back gives the place to the next one. */
export function takePlace(): Promise<() => void> {
  return new Promise((resolve) => {
    const enter = () => {
      running += 1;
      resolve(leave);
    };
    if (running < mostProcesses) enter();
    else queue.push(enter);
  });
}

function leave(): void {
  running -= 1;
  queue.shift()?.();
}

/**
 * One ICMP echo through the `ping` program (iputils or busybox), for processes that may not open a raw socket; ping
 * has the privilege itself. `whyNotRaw` goes into the detail if ping fails too. The process is killed when the probe
 * ends. The arguments are a list, never a line for a shell, and `address` is a literal.
 */
export function echoByPing(
  flight: InFlight,
  whyNotRaw: string,
  command: readonly [string, ...string[]] = pingCommand,
): void {
  const { address, timeoutMs } = flight.context;
  const [program, ...first] = command;
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1_000));
  const child = spawn(program, [...first, "-n", "-c", "1", "-W", String(seconds), address], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  flight.onEnd(() => child.kill("SIGKILL"));
  let output = "";
  const collect = (text: string) => {
    if (output.length < mostOutputCharacters) output += text;
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  child.once("error", (error) => {
    if (errnoOf(error) === "ENOENT") flight.settle(missing(whyNotRaw));
    else flight.settleWith(explainError(error, flight.context, 0));
  });
  child.once("close", (exitCode) => {
    if (exitCode === notFound) flight.settle(missing(whyNotRaw));
    else settleReading(flight, readPingOutput(output, exitCode), flight.elapsedMs(), whyNotRaw);
  });
}

function missing(whyNotRaw: string) {
  return unsent("program-missing", `The program ping is not installed, and ${whyNotRaw}`);
}

function settleReading(flight: InFlight, reading: PingReading, elapsedMs: number, whyNotRaw: string): void {
  const method = "ping" as const;
  switch (reading.kind) {
    case "open": {
      const { rttMs = elapsedMs, ttl, replyFrom } = reading;
      const isOther = replyFrom !== undefined && replyFrom !== flight.context.address;
      flight.settle({
        outcome: { kind: "open", rttMs },
        evidence: { method, ...(ttl === undefined ? {} : { ttl }), ...(isOther ? { replyFrom } : {}) },
      });
      return;
    }
    case "prohibited":
    case "unreachable":
      flight.settle({
        outcome: { kind: reading.kind, rttMs: elapsedMs },
        evidence: {
          method,
          replySummary: reading.words,
          ...(reading.reporter === undefined ? {} : { reporter: reading.reporter }),
        },
      });
      return;
    case "silent":
      flight.settle({ outcome: { kind: "silent", waitedMs: elapsedMs }, evidence: { method } });
      return;
    case "unsent":
      flight.settle(unsent(reading.cause, `ping says "${reading.words}", and ${whyNotRaw}`, { method }));
  }
}
