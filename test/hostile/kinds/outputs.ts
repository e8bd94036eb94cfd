import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { says } from "../../cases/peer-behaviour.ts";
import { topologyOf } from "../../cli/topology.ts";
import type { Kind } from "../kinds.ts";
import type { Random } from "../random.ts";
import { listen } from "../tcp-peers.ts";
import { readRecord, type Trial } from "../trial.ts";

/**
 * Reports that cannot be written: a full disk, a file size limit, closed and broken pipes, pipes without a reader. It is
 * said, the exit code is not 0, and no other report suffers.
 */
export const outputsKind: Kind = { cases: "a command whose output fails", run };

const callsOfTrial = 6;
const formats = ["table", "json", "ndjson", "junit", "markdown", "html", "csv", "sarif", "nagios"] as const;

/** What is wrong with the output: a line of shell around the program, and one more destination. */
interface Broken {
  behind?: string;
  place?: string;
  /** It must end with another code than 0, because a report is missing. */
  isFailure: boolean;
}

const broken: readonly Broken[] = [
  { place: "/dev/full", isFailure: true },
  { behind: `exec "$@" >/dev/full`, isFailure: true },
  { behind: `exec "$@" 2>/dev/full`, isFailure: false },
  { behind: `"$@" | true`, isFailure: false },
  { behind: `"$@" | head -c 20 >/dev/null`, isFailure: false },
  { behind: `"$@" 2>&1 | true`, isFailure: false },
  { behind: `exec "$@" >&-`, isFailure: false },
  { behind: `exec "$@" 2>&-`, isFailure: false },
  { behind: `exec "$@" <&- >&- 2>&-`, isFailure: false },
  { behind: `trap "" XFSZ; ulimit -f 1; exec "$@"`, isFailure: false },
  { behind: `trap "" PIPE; "$@" | true`, isFailure: false },
  { place: "pipe", isFailure: true },
  { place: "directory", isFailure: true },
  { place: "nowhere/x", isFailure: true },
  { behind: `cat pipe | head -c 5 >/dev/null & exec "$@"`, place: "pipe", isFailure: false },
  { behind: `ulimit -n 24; exec "$@"`, isFailure: false },
];

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const ssh = await listen(says("SSH-2.0-x\r\n"));
  try {
    for (let calls = 0; calls < callsOfTrial; calls++) await runOnce(trial, random, ssh.port);
  } finally {
    await ssh.close();
  }
}

async function runOnce(trial: Trial, random: Random, port: number): Promise<void> {
  trial.clear();
  const { behind, place, isFailure } = random.pick(broken);
  if (place === "pipe" || place === "directory") trial.mayLeave(place);
  if (place === "pipe") execFileSync("mkfifo", [trial.path("pipe")]);
  if (place === "directory") mkdirSync(trial.path("directory"));
  trial.write("t.json", topologyOf([{ from: "cmk", to: "web01", tcp: port, service: "ssh" }]));
  const onStdout = random.pick(formats);
  const args = [
    "check",
    "t.json",
    "--section",
    "extra",
    "--timeout",
    "400ms",
    "--format",
    onStdout,
    "--format",
    "json=run.json",
  ];
  const more = place === undefined ? [] : ["--format", `${random.pick(formats)}=${place}`];
  const ended = await trial.run([...args, ...more], {
    reports: ["run.json"],
    codes: [0, 1, 2, 3, 70],
    ...(behind === undefined ? {} : { behind: ["sh", "-c", behind, "sh"] }),
  });
  const words = `${onStdout} ${more.join(" ")} ${behind ?? ""}`;
  if (isFailure && ended.code === 0) trial.complain({ fault: "hidden failure", text: `exit code 0: ${words}` });
  // What was written is whole, and what could be written is there unless the call was refused or cut off.
  if (existsSync(trial.path("run.json"))) readRecord(trial, "run.json");
  else if (ended.code === 0 && behind?.includes("|") !== true)
    trial.complain({ fault: "hidden failure", text: `no run.json: ${words}` });
  trial.count(1);
}
