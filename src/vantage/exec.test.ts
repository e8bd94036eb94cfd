import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { answer, worker } from "../../test/cases/fake-worker.ts";
import type { Task } from "../model/task.ts";
import { openExec } from "./exec.ts";

const scratch = mkdtempSync(join(tmpdir(), "portmatrix-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const { signal } = new AbortController();
const task: Task = { id: "t", target: "192.0.2.1", timeoutMs: 200, probe: { kind: "tcp", port: 1 } };

const open = { kind: "open", rttMs: 1 };

/** An executable script in a directory of its own; returns its path. */
function script(name: string, text: string): string {
  const path = join(mkdtempSync(join(scratch, "bin-")), name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}
/** A directory to be used as PATH: `sh`, and what else is named. */
function pathWith(programs: Record<string, string>): string {
  const directory = mkdtempSync(join(scratch, "path-"));
  symlinkSync("/bin/sh", join(directory, "sh"));
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(directory, name));
  return directory;
}
/** Node with another version number, by a preloaded file. */
function nodeOfVersion(version: string): string {
  const preload = join(mkdtempSync(join(scratch, "preload-")), "version.cjs");
  writeFileSync(preload, `Object.defineProperty(process.versions, "node", { value: ${JSON.stringify(version)} });`);
  return script("node", `exec ${process.execPath} -r ${preload} "$@"`);
}
const openWith = (prefix: string[], more: Partial<Parameters<typeof openExec>[1]> = {}) =>
  openExec(prefix, {
    agentSource: worker(answer),
    openTimeoutMs: 10_000,
    graceMs: 500,
    signal,
    env: process.env,
    ...more,
  });

describe("openExec opens", () => {
  it.each<[string, () => string[]]>([
    ["a plain shell", () => []],
    ["a prefix", () => ["env", "A=b"]],
    [
      "ssh that prints a banner without an end of line and joins its arguments",
      () => [script("ssh", 'printf "Welcome to web01\\n{not json\\nlast login: "; shift; exec sh -c "$*"'), "web01"],
    ],
    ["a login that prints a banner to stderr", () => [script("login", 'echo banner >&2; exec "$@"')]],
    ["a path with only nodejs", () => ["env", `PATH=${pathWith({ nodejs: process.execPath })}`]],
    ["the oldest Node that will do", () => ["env", `PATH=${pathWith({ node: nodeOfVersion("20.19.0") })}`]],
  ])("%s", async (_name, prefix) => {
    const vantage = await openWith(prefix());
    expect((await vantage.observe(task, signal)).answers[0]?.outcome).toEqual(open);
    await vantage.close();
  });

  it("an installed portmatrix that speaks the protocol, rather than its own worker", async () => {
    const installed = (accepts: number) => {
      const main = join(mkdtempSync(join(scratch, "main-")), "main.cjs");
      writeFileSync(
        main,
        `${worker(answer, { type: "hello", protocol: 1, version: "installed" })};exports.runAgent(process)`,
      );
      return script(
        "portmatrix",
        `if [ "$2" = --accepts ]; then [ "$3" = ${accepts} ]; exit; fi; exec ${process.execPath} ${main}`,
      );
    };
    const versions = [];
    for (const accepts of [1, 2]) {
      const path = pathWith({ portmatrix: installed(accepts), node: process.execPath });
      const vantage = await openWith(["env", `PATH=${path}`]);
      versions.push(/portmatrix (\w+)/.exec(vantage.description)?.[1]);
      await vantage.close();
    }
    expect(versions).toEqual(["installed", "t"]);
  });

  it("a worker of 2 MB", async () => {
    const vantage = await openWith([], { agentSource: `${worker(answer)}//${"ä".repeat(1024 * 1024)}` });
    expect((await vantage.observe(task, signal)).answers[0]?.outcome).toEqual(open);
    await vantage.close();
  });
});

describe("openExec says in one line why not", () => {
  it.each<[string, () => string[], Partial<Parameters<typeof openExec>[1]>, RegExp]>([
    [
      "no such program",
      () => [join(scratch, "no-such-program")],
      {},
      /^no-such-program: the program \/\S+\/no-such-program was not found$/,
    ],
    [
      "not executable",
      () => [join(scratch)],
      {},
      /: the program \S+ may not be executed, or a directory in PATH not read$/,
    ],
    [
      "unreachable",
      () => [script("ssh", "echo 'ssh: connect to host web01 port 22: No route to host' >&2; exit 255")],
      {},
      /: exit code 255: ssh: connect to host web01 port 22: No route to host$/,
    ],
    [
      "control characters in its last words",
      () => [script("ssh", "printf 'a\\033[31mb\\n\\n\\033]0;c\\007d\\n' >&2; exit 1")],
      {},
      /exit code 1: a \[31mb \/ \]0;c d$/,
    ],
    [
      "no Node",
      () => ["env", `PATH=${pathWith({})}`],
      {},
      /there is neither portmatrix nor Node there: install Node 20\.19 or newer$/,
    ],
    [
      "an old Node",
      () => ["env", `PATH=${pathWith({ node: nodeOfVersion("20.18.3") })}`],
      {},
      /Node 20\.18\.3 there is too old: install Node 20\.19 or newer$/,
    ],
    [
      "a very old Node",
      () => ["env", `PATH=${pathWith({ node: nodeOfVersion("8.17.0") })}`],
      {},
      /Node 8\.17\.0 there is too old/,
    ],
    [
      "closed before the hello",
      () => [script("motd", "echo maintenance; exit 0")],
      {},
      /exit code 0; before that it said: maintenance$/,
    ],
    [
      "a program and its arguments in one word",
      () => ["sshpass -p SECRET ssh"],
      {},
      /^sshpass: the program sshpass was not found; `exec` is a list with each word of the command by itself$/,
    ],
    [
      "prints without end, lines that are none of ours",
      () => ["sh", "-c", "yes & yes", "x"],
      {},
      /^sh: it printed more than 256 KiB and no worker answered; it said: y \/ y \/ y$/,
    ],
    [
      "prints without end and without lines",
      () => ["sh", "-c", "exec tr '\\0' x </dev/zero"],
      {},
      /^sh: it printed more than 256 KiB and no worker answered$/,
    ],
    [
      "prints objects without end",
      () => ["sh", "-c", "yes '{}' & yes '{}'", "x"],
      {},
      /^sh: it printed more than 256 KiB and no worker answered; it said: /,
    ],
    [
      "hangs",
      () => [script("hang", "echo one moment; sleep 600")],
      { openTimeoutMs: 300 },
      /no worker answered within 300 ms; it said: one moment$/,
    ],
    ["a source that is no program", () => [], { agentSource: "(" }, /the worker could not be started there: /],
    ["a worker without runAgent", () => [], { agentSource: "" }, /the worker could not be started there: .*runAgent/],
    [
      "another protocol",
      () => [],
      { agentSource: worker("", { type: "hello", protocol: 2, version: "9.9" }) },
      /portmatrix 9\.9 there speaks protocol 2, not 1$/,
    ],
    ["aborted before", () => [], { signal: AbortSignal.abort() }, /the run was interrupted$/],
  ])("%s", async (_name, prefix, options, message) => {
    const error: Error = await openWith(prefix(), options).then(
      () => expect.unreachable(),
      (reason: Error) => reason,
    );
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(error.message).not.toContain("SECRET");
  });

  it("and never shows the arguments of the prefix, which may hold a password", async () => {
    const sshpass = script("sshpass", "exit 5");
    const failing = openWith([sshpass, "-p", "SECRET", "ssh", "web01"]).catch((error: Error) => error.message);
    expect(await failing).toBe("sshpass: exit code 5");
    const vantage = await openWith(["env", "PASSWORD=SECRET"]);
    expect(vantage.description).toMatch(/^env \(portmatrix t/);
    await vantage.close();
    const broken = await openWith(["env", "PASSWORD=SECRET"], { agentSource: worker("process.exit(9)") });
    const { answers } = await broken.observe(task, signal);
    expect(JSON.stringify(answers)).toContain("broke off (env)");
    expect(JSON.stringify(answers)).not.toContain("SECRET");
    await broken.close();
  });

  it("aborted while it hangs", async () => {
    const controller = new AbortController();
    const opening = openWith([script("hang", "sleep 600")], { signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toThrow("the run was interrupted");
  });
});

it("the worker is sent once, however often the far end asks for it", async () => {
  const received = join(scratch, "received");
  const asking = `for i in 1 2 3 4 5 6 7 8; do printf '\n{"type":"bootstrap","node":"20.19.0"}\n'; done; exec cat > ${received}`;
  const agentSource = "x".repeat(100_000);
  const opening = openWith([script("greedy", asking)], { agentSource, openTimeoutMs: 1_000 });
  await expect(opening).rejects.toThrow(/no worker answered within 1000 ms; it said: .*bootstrap/);
  const { length } = readFileSync(received);
  expect(length).toBeGreaterThan(100_000);
  expect(length).toBeLessThan(110_000);
});

it.each<[string, string]>([
  ["gives up", `say({ type: "failed", detail: "x".repeat(1e6) })`],
  ["prints to stderr and ends", `process.stderr.write("x".repeat(1e6), () => process.exit(9))`],
  ["answers", answer.replace("evidence: {}", `evidence: { replySummary: "x".repeat(1e6 - 1000) }`)],
])("a worker's long text is cut when it arrives: it %s", async (_name, body) => {
  const vantage = await openWith([], { agentSource: worker(body) });
  const { answers } = await vantage.observe(task, signal);
  const text = JSON.stringify(answers);
  expect(text).toContain("xxx");
  expect(text.length).toBeLessThan(800);
  await vantage.close();
});

describe("a task never hangs", () => {
  it.each<[string, string, RegExp]>([
    [
      "the worker ends",
      `process.stderr.write("out of memory\\n"); process.exit(9)`,
      /broke off \(sh\): exit code 9: out of memory$/,
    ],
    [
      "the worker is killed",
      `process.kill(process.pid, "SIGKILL")`,
      /broke off \(sh\): ended by SIGKILL(?:: Killed)?$/,
    ],
    ["the worker says nothing", "", /gave no answer within 1100 ms$/],
    ["the worker prints something else", `say("oops\\n")`, /sent something that is not an observation$/],
    [
      "the worker prints blank lines without end",
      `const more = () => { while (stdout.write("\\n".repeat(1e4))); stdout.once("drain", more); }; more()`,
      /sent something that is not an observation$/,
    ],
    ["the worker prints without end", `say("x".repeat(3e6) + "\\n")`, /sent something that is not an observation$/],
    [
      "the worker lies about the form",
      `say({ type: "observation", id: order.id, observation: {} })`,
      /sent something that is not an observation$/,
    ],
    ["the worker gives up", `say({ type: "failed", detail: "boom" })`, /worker at the vantage point failed: boom$/],
  ])("%s", async (_name, body, detail) => {
    const vantage = await openWith([], { agentSource: worker(body) });
    const observations = await Promise.all([
      vantage.observe(task, signal),
      vantage.observe({ ...task, id: "u" }, signal),
    ]);
    const unsent = { kind: "unsent", cause: "vantage", detail: expect.stringMatching(detail) };
    expect(observations.map(({ answers }) => answers)).toEqual([
      [{ outcome: unsent, evidence: {} }],
      [{ outcome: unsent, evidence: {} }],
    ]);
    await vantage.close();
  });

  it("after it broke off or was closed, every later task says so at once", async () => {
    const vantage = await openWith([]);
    await vantage.close();
    expect((await vantage.observe(task, signal)).answers[0]?.outcome).toEqual({
      kind: "unsent",
      cause: "vantage",
      detail: "the vantage point was closed",
    });
  });

  it("an observation for nobody is ignored", async () => {
    const vantage = await openWith([], {
      agentSource: worker(
        `say({ type: "observation", id: 999, observation: { answers: [{ outcome: { kind: "open", rttMs: 9 }, evidence: {} }] } }); ${answer}`,
      ),
    });
    expect((await vantage.observe(task, signal)).answers[0]?.outcome).toEqual(open);
    await vantage.close();
  });
});

describe("nothing is left behind", () => {
  /** True while the process runs; a zombie does not. */
  const runs = (pid: number) =>
    existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  const gone = async (pid: number) => {
    for (let turn = 0; turn < 100 && runs(pid); turn++) await pause(20);
    return !runs(pid);
  };

  it.each<[string, string]>([
    [
      "a wrapper's children that ignore the end of input and SIGTERM",
      `sh -c 'trap "" TERM; echo $$ > PIDFILE; while :; do sleep 1; done'`,
    ],
    ["a child that stays behind its wrapper", `sh -c 'echo $$ > PIDFILE; sleep 600' & sleep 600`],
  ])("%s", async (_name, text) => {
    const pidFile = join(mkdtempSync(join(scratch, "pid-")), "pid");
    await expect(openWith([script("wrap", text.replace("PIDFILE", pidFile))], { openTimeoutMs: 500 })).rejects.toThrow(
      /500 ms/,
    );
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(pid).toBeGreaterThan(1);
    expect(await gone(pid)).toBe(true);
  });

  it("a worker that does not end is ended by close", async () => {
    const pidFile = join(scratch, "worker-pid");
    const source = `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);
      ${worker(answer).replace('stdin.on("end", resolve);', "")}`;
    const vantage = await openWith([], { agentSource: source });
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(runs(pid)).toBe(true);
    await Promise.all([vantage.close(), vantage.close()]);
    expect(await gone(pid)).toBe(true);
  });

  it("secrets are in no argument list", async () => {
    const seen = mkdirSync(join(scratch, "argv"), { recursive: true }) ?? join(scratch, "argv");
    const source = worker(
      `require("fs").writeFileSync(${JSON.stringify(join(seen, "argv"))}, require("fs").readFileSync("/proc/self/cmdline")); ${answer}`,
    );
    const vantage = await openWith([], { agentSource: source });
    const credentials = { version: "2c" as const, community: "tops3cret" };
    await vantage.observe({ ...task, probe: { kind: "snmp", port: 161, credentials } }, signal);
    const argv = readFileSync(join(seen, "argv"), "utf8");
    expect(argv).toContain("-e");
    expect(argv).not.toContain("tops3cret");
    await vantage.close();
  });
});
