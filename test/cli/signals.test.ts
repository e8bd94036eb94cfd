import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, it } from "vitest";
import { commandsOf } from "../../src/commands/help/help-words.ts";
import { buildProgram, type CommandLine } from "../../src/commands/program.ts";
import { start, startPortmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
beforeEach(async () => {
  sandbox.write("key", "0123456789abcdef0123456789abcdef\n");
  await start(["mkfifo", sandbox.path("pipe")]).finished;
});

/** Arguments by which a command waits for a file that nobody writes. */
const waiting: Readonly<Record<string, readonly string[]>> = {
  check: ["pipe"],
  plan: ["pipe"],
  report: ["pipe"],
  diff: ["pipe", "pipe"],
  "doctor registration": ["pipe"],
  listen: ["pipe", "--as", "web01", "--key-file", "key"],
  script: ["pipe", "--from", "web01"],
  trace: ["pipe", "2.1/agent/cmk->web01/tcp/6556"],
  request: ["pipe"],
  rules: ["pipe", "--for", "web01"],
  "import csv": ["pipe", "--server", "10.0.0.5"],
  "import nmap": ["pipe", "--server", "10.0.0.5"],
};

/** Commands that wait for no file: they end by themselves, or are interrupted in a test of their own. */
const others = new Map([
  ["demo", "test/cli/demo.test.ts"],
  ["doctor setup", "looks for a few seconds at most"],
  ["import ansible", "test/cli/interrupt-inventory.test.ts"],
  ["import checkmk", "asks a server, with a limit"],
  ["import site", "reads a directory"],
  ...["catalog", "completion", "explain", "init"].map((command) => [command, "waits for nothing"] as const),
  ["", "test/cli/help.test.ts"],
  ...["doctor", "import"].map((group) => [group, "prints its help"] as const),
]);

it("every command is interrupted here or elsewhere", () => {
  const program = buildProgram({ surroundings: { version: "0" } } as CommandLine);
  const names = commandsOf(program).map(({ words }) => words);
  expect([...Object.keys(waiting), ...others.keys()].toSorted()).toEqual(names.toSorted());
});

const filesOf = (pid: number | undefined): string[] =>
  readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return ""; // closed meanwhile
    }
  });

it.each(Object.keys(waiting))("%s ends at the first signal while it waits for a file", async (command) => {
  const ends = (["SIGINT", "SIGTERM"] as const).map(async (signal) => {
    const { child, finished } = startPortmatrix([...command.split(" "), ...(waiting[command] ?? [])], {
      cwd: sandbox.path("."),
    });
    while (child.exitCode === null && !filesOf(child.pid).includes(sandbox.path("pipe"))) await sleep(20);
    child.kill(signal);
    const { code, signal: by, stdout, stderr } = await finished;
    expect({ isEnded: code === 130 || by === signal, stdout, stderr }).toEqual({
      isEnded: true,
      stdout: "",
      stderr: "",
    });
  });
  await Promise.all(ends);
});
