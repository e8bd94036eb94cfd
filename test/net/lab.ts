import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, readdir, readlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { whyMissing } from "../cases/packages.ts";

/** What a finished program left: its exit code (`null` after a signal) and its output. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
  /** Kills the program; what it printed so far is kept. */
  timeoutMs?: number;
}

/** A program that keeps running in the lab until it is stopped or the lab is closed. */
export interface Daemon {
  stop(): Promise<void>;
  /** What it printed so far on both streams. */
  output(): string;
}

export interface StartOptions {
  env?: Record<string, string>;
  /** Sockets that `ss` must show in the node before the daemon counts as started, e.g. `udp/161`. */
  listens?: readonly string[];
  /** Text that the daemon prints when it is ready. */
  prints?: string;
}

/**
 * A set of network namespaces of its own, inside private mount and process namespaces (mount_namespaces(7),
 * pid_namespaces(7)): `/run` and `/etc` are copies, so `ip netns` names and `/etc/netns` are invisible outside, and
 * the death of its first process ends every program in it. That process reads a pipe held by the test, so nothing
 * outlives even a test run that is killed.
 */
export interface Lab {
  /** Directory for configuration and results; removed when the lab is closed. */
  dir: string;
  /** True when the lab has all user ids (root started it), false inside an unprivileged user namespace. */
  privileged: boolean;
  /** Runs a program in the lab but in no node. */
  run(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a shell script in the lab, in no node; throws when it fails. */
  script(text: string): Promise<string>;
  /** Runs a program in the network namespace of a node. */
  on(node: string, argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Like `on`, but throws when the program fails. */
  must(node: string, argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Starts a program in a node and waits until it is ready; throws with its output if it ends or 15 s pass. */
  start(node: string, argv: readonly string[], options?: StartOptions): Promise<Daemon>;
  /** Replaces the whole nftables ruleset of a node (nft(8)); `""` removes it. */
  rules(node: string, text: string): Promise<void>;
  /** Ends every process, removes every namespace and the directory; throws if anything is left. */
  close(): Promise<void>;
}

const isRoot = process.getuid?.() === 0;
const unshareArgs = [...(isRoot ? [] : ["-Ur"]), "-nmp", "--fork", "--kill-child", "--mount-proc"];
const firstProcess = `
  mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/etc &&
  { cp -a /etc/. /run/etc/ 2>/dev/null || true; } &&
  rm -rf /run/etc/netns && mkdir /run/etc/netns && mount --bind /run/etc /etc &&
  ip link set dev lo up && nft list ruleset && echo ready && exec cat`;

/** Why this machine cannot make a lab or lacks one of the programs; `undefined` when nothing is missing. */
export async function refusalOf(programs: readonly string[]): Promise<string | undefined> {
  const missing = whyMissing(["unshare", "nsenter", "ip", "nft", "ss", "sysctl", ...programs]);
  if (missing !== undefined) return missing;
  const tried = await collect(["unshare", ...unshareArgs, "sh", "-c", firstProcess], { timeoutMs: 10_000 });
  if (tried.stdout.includes("ready")) return undefined;
  return `network namespaces cannot be made here: ${tried.stderr.trim() || `unshare ended with ${tried.code}`}`;
}

/** Makes an empty lab. Errors carry what the operating system said. */
export async function openLab(): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), "portmatrix-net-"));
  const holder = spawn("unshare", [...unshareArgs, "sh", "-c", firstProcess], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  holder.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  holder.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    holder.once("close", () => resolve());
    holder.once("error", () => resolve());
  });
  try {
    await until(
      () => said.includes("ready") || holder.exitCode !== null,
      10_000,
      () => `the lab did not start: ${said}`,
    );
    if (holder.exitCode !== null) throw new Error(`the lab did not start: ${said}`);
    const first = await onlyChild(holder.pid ?? 0);
    const world = await readlink(`/proc/${first}/ns/pid`);
    return { dir, privileged: isRoot, ...programsIn(first), close };

    async function close(): Promise<void> {
      holder.stdin.end();
      holder.kill("SIGKILL"); // --kill-child: the first process goes with it, and with that one all others
      await ended;
      rmSync(dir, { recursive: true, force: true });
      await until(
        async () => (await processesIn(world)).length === 0,
        5000,
        () => `processes are left in ${world}`,
      );
    }
  } catch (error) {
    holder.kill("SIGKILL");
    await ended;
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

function programsIn(first: number): Omit<Lab, "dir" | "privileged" | "close"> {
  const user = isRoot ? [] : ["-U", "--preserve-credentials"];
  const enter = ["nsenter", "-t", String(first), ...user, "-m", "-p", "-n", `--wd=${process.cwd()}`, "--"];
  const inNode = (node: string, argv: readonly string[]) => [...enter, "ip", "netns", "exec", node, ...argv];
  const run: Lab["run"] = (argv, options) => collect([...enter, ...argv], options);
  const on: Lab["on"] = (node, argv, options) => collect(inNode(node, argv), options);
  const must: Lab["must"] = async (node, argv, options) => expectZero(argv, await on(node, argv, options));
  return {
    run,
    on,
    must,
    script: async (text) => expectZero(["sh"], await run(["sh", "-e"], { input: text })),
    rules: async (node, text) => {
      await must(node, ["nft", "-f", "-"], { input: `flush ruleset\n${text}\n` });
    },
    start: (node, argv, options = {}) => startDaemon(inNode(node, argv), options, (probe) => on(node, probe)),
  };
}

async function startDaemon(
  argv: readonly string[],
  { env, listens = [], prints }: StartOptions,
  probe: (argv: readonly string[]) => Promise<Ran>,
): Promise<Daemon> {
  const [program = "", ...rest] = argv;
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`${rest.join(" ")} ended at once: ${output}`);
    if (prints !== undefined && !output.includes(prints)) return false;
    if (listens.length === 0) return true;
    const sockets = (await probe(["ss", "-Hlntu"])).stdout;
    return listens.every((socket) => {
      const [protocol, port] = socket.split("/");
      return new RegExp(`^${protocol}\\s.*:${port}\\s`, "m").test(sockets);
    });
  };
  await until(isReady, 15_000, () => `${rest.join(" ")} did not become ready: ${output}`);
  const stop = async () => {
    for (const pid of await descendants(child.pid ?? 0)) kill(pid);
    child.kill("SIGKILL");
    await ended;
  };
  return { stop, output: () => output };
}

function expectZero(argv: readonly string[], ran: Ran): string {
  if (ran.code === 0) return ran.stdout;
  throw new Error(`${argv.join(" ")} ended with ${ran.code}: ${ran.stderr || ran.stdout}`);
}

/** Runs a program to its end. A program that is not there gives code 127, as in a shell. */
export function collect(argv: readonly string[], { input = "", env, timeoutMs }: RunOptions = {}): Promise<Ran> {
  const [program = "", ...rest] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, rest, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on("error", () => undefined); // the program ended without reading its input
    child.on("error", (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
    child.stdin.end(input);
  });
}

/** Waits for a condition, asking every 20 ms. */
async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  complaint: () => string,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(complaint());
    await sleep(20);
  }
}

async function children(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}

async function descendants(pid: number): Promise<number[]> {
  const direct = await children(pid);
  return [...direct, ...(await Promise.all(direct.map(descendants))).flat()];
}

async function onlyChild(pid: number): Promise<number> {
  const [child] = await children(pid);
  if (child === undefined) throw new Error(`process ${pid} has no child`);
  return child;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended by itself in the meantime
  }
}

/** Ids of the processes whose process namespace is the given one, as `/proc/PID/ns/pid` names it. */
export async function processesIn(world: string): Promise<number[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const worlds = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/pid`).catch(() => undefined)));
  return pids.filter((_, index) => worlds[index] === world);
}
