import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { topologyOf } from "../../cli/topology.ts";
import { endless, says, silent } from "../../cases/peer-behaviour.ts";
import { manners } from "../far/manners.ts";
import type { Kind } from "../kinds.ts";
import type { Random } from "../random.ts";
import { listen } from "../tcp-peers.ts";
import { readRecord, type Trial } from "../trial.ts";

/**
 * Signals at any moment of a run that waits for silent peers and hanging vantage points. After one that can be caught the
 * record of what is known is written and the exit code is 130; after SIGKILL nothing runs on.
 */
export const signalsKind: Kind = { cases: "a run that is ended by signals", run };

const callsOfTrial = 2;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const hanging = ["silent", "stubborn", "mute", "bootstrapUnread", "closesInput", "endlessLine"].filter(
  (name) => name in manners,
);

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const peers = await Promise.all([silent, says("SSH-2.0-x\r\n"), endless("x")].map((behaviour) => listen(behaviour)));
  try {
    for (let calls = 0; calls < callsOfTrial; calls++)
      await runOnce(
        trial,
        random,
        peers.map(({ port }) => port),
      );
  } finally {
    await Promise.all(peers.map(({ close }) => close()));
  }
}

async function runOnce(trial: Trial, random: Random, ports: readonly number[]): Promise<void> {
  trial.clear();
  const far = (): object => ({
    exec: [process.execPath, trial.farSide, random.pick(hanging), String(random.int(1e9))],
  });
  const vantages = { cmk: "local", web01: far(), web02: random.pick([far(), { exec: ["env"] }]) };
  const required = ["cmk", "web01", "web02"].flatMap((from) =>
    ports.map((tcp) => ({ from, to: from === "web01" ? "web02" : "web01", tcp, service: "ssh" })),
  );
  trial.write("t.json", topologyOf(required, { vantages }));
  const isKilled = random.chance(0.25);
  const sent: NodeJS.Signals[] = isKilled
    ? ["SIGKILL"]
    : Array.from({ length: 1 + random.int(3) }, () => random.pick(signals));
  const delays = sent.map((_, at) => (at === 0 ? random.int(4_000) : random.int(400)));
  const format = random.pick(["json", "ndjson"] as const);
  const args = [
    "check",
    "t.json",
    "--section",
    "extra",
    "--timeout",
    "30s",
    "--format",
    `${format}=run.json`,
    ...(random.chance(0.3) ? ["--watch"] : []),
  ];
  const caught: NodeJS.Signals[] = [];
  const ended = await trial.run(args, {
    reports: ["run.json"],
    codes: [0, 1, 2, 3, 130, null],
    meanwhile: (child) => void sendAll(child, sent, delays, caught),
  });
  const words = `${sent.join(" ")} after ${delays.join(", ")} ms`;
  // Of two, the later one may meet a process that is ending.
  if (ended.signal !== null && caught.length === 1 && caught[0] === ended.signal) {
    trial.complain({ fault: "crash", text: `ended by ${ended.signal} although it catches it: ${words}` });
  }
  if (isKilled) trial.forgiveDrafts(); // nobody is left who could remove them
  else if (ended.code === 130 && sent.length === 1 && format === "json" && existsSync(trial.path("run.json"))) {
    if (readRecord(trial, "run.json")?.interrupted !== true)
      trial.complain({ fault: "hidden failure", text: `the record does not say that it was interrupted: ${words}` });
  }
  trial.count(1);
}

/** Sends one signal after the other; those that find handlers are added to `caught`. */
async function sendAll(
  child: ChildProcess,
  sent: readonly NodeJS.Signals[],
  delays: readonly number[],
  caught: NodeJS.Signals[],
): Promise<void> {
  for (const [at, signal] of sent.entries()) {
    await sleep(delays[at] ?? 0);
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (signal !== "SIGKILL" && hasHandlers(child.pid)) caught.push(signal);
    child.kill(signal);
  }
}

/**
 * Whether the program has handlers already (proc_pid_status(5), SigCgt). Node itself has some for SIGINT and SIGTERM from
 * its start, which end it; the one for SIGHUP is the program's own.
 */
function hasHandlers(pid: number): boolean {
  try {
    const [, mask = "0"] = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return ((BigInt(`0x${mask}`) >> BigInt(constants.signals.SIGHUP - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
