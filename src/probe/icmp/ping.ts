import { spawn } from "node:child_process";
import { platform } from "node:os";
import { variablesFor } from "../../model/machine/child-variables.ts";
import { isSameButZone } from "../../model/address/ip-literal.ts";
import { unsent } from "../../model/unsent.ts";
import type { PingReading } from "../../wire/ip/ping-output.ts";
import { type InFlight, runProbe } from "../flight/in-flight.ts";
import { errnoOf, explainError } from "../kernel/network-error.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { type PingCommand, pingCommandOf } from "./ping-commands.ts";

const mostProcesses = 64;
const mostOutputCharacters = 8_192;

const queue: (() => void)[] = [];
let running = 0;

/** Waits until fewer than 64 processes run; the function that comes back gives the place to the next one. */
function takePlace(): Promise<() => void> {
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

export interface PingOptions {
  /** What is run in place of ping; its arguments are added. */
  command?: readonly [string, ...string[]];
  /** How much longer than its own wait ping may take to start and to end, in milliseconds; default 3,000. */
  patienceMs?: number;
}

/**
 * One ICMP echo through the `ping` program of this system, for processes that may not open a raw socket; ping
 * has the privilege itself. `whyNotRaw` goes into the detail if ping fails too. Whether there was an answer in time is
 * for ping to say, which counts from its packet on: its own start may take long, and neither that
 * nor the wait for a place is the network's silence. A ping that does not end is killed and is `unsent`.
 */
export async function probeByPing(
  context: ProbeContext,
  whyNotRaw: string,
  { command, patienceMs = 3_000 }: PingOptions = {},
): Promise<Seen> {
  const ping = pingCommandOf(platform(), context.family, context.timeoutMs);
  const argv = command === undefined ? ping.argv : ([...command, ...ping.argv.slice(1)] as const);
  const leavePlace = await takePlace();
  try {
    return await runProbe(
      { ...context, timeoutMs: ping.waitsMs + patienceMs },
      (flight) => startPing(flight, argv, ping.read, whyNotRaw),
      (waitedMs) => unsent("internal", `ping did not end within ${Math.round(waitedMs)} ms`, { method: "ping" }),
    );
  } finally {
    leavePlace();
  }
}

/** The arguments are a list, never a line for a shell, and the address is a literal. */
function startPing(
  flight: InFlight,
  [program = "", ...args]: readonly string[],
  read: PingCommand["read"],
  whyNotRaw: string,
): void {
  const fail = (error: Error) => {
    if (errnoOf(error) === "ENOENT") flight.settle(missing(whyNotRaw));
    else flight.settleWith(explainError(error, flight.context, 0));
  };
  let child: ReturnType<typeof spawnPiped>;
  try {
    child = spawnPiped(program, [...args, flight.context.address]);
  } catch (error) {
    return fail(error as Error); // ENOMEM and the like; the usual errors come as an event
  }
  child.once("error", fail);
  if (child.pid === undefined) return; // the event tells why; after EMFILE there are not even streams
  flight.onEnd(() => child.kill("SIGKILL"));
  let output = "";
  const collect = (text: string) => {
    if (output.length < mostOutputCharacters) output += text;
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  child.once("close", (exitCode) => {
    settleReading(flight, read(output, exitCode), flight.elapsedMs(), whyNotRaw);
  });
}

/** The C locale makes ping speak the words that `readPingOutput` knows. */
function spawnPiped(program: string, args: string[]) {
  // oxlint-disable-next-line no-restricted-globals -- where ping is found; no argument leads here
  const own = variablesFor("ping", process.env);
  return spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...own, LC_ALL: "C" } });
}

/** Neither a socket nor the program. */
export function missing(whyNotRaw: string) {
  return unsent("program-missing", `The program ping is not installed, and ${whyNotRaw}`);
}

/** Settles a probe with what ping printed. */
export function settleReading(flight: InFlight, reading: PingReading, elapsedMs: number, whyNotRaw: string): void {
  const method = "ping" as const;
  switch (reading.kind) {
    case "open": {
      const { rttMs = elapsedMs, ttl, replyFrom } = reading;
      const isOther = replyFrom !== undefined && !isSameButZone(replyFrom, flight.context.address);
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
