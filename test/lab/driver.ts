import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { whyMissing } from "../cases/packages.ts";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
const driver = join(repository, "lab/driver.mjs");

/** What a finished program left. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A lab of its own: every function acts on the lab of that name only. */
export interface NamedLab {
  name: string;
  /** Directory that exists while the lab does (lab/driver/state.mjs). */
  state: string;
  /** Runs the driver with these words; throws when it fails. */
  drive(...words: string[]): Promise<string>;
  /** Runs a program in the repository, with this lab as the one that `lab/on` enters. */
  run(argv: readonly string[]): Promise<Ran>;
  /** Starts the driver and kills it as soon as the condition holds; says whether it was killed in time. */
  driveAndKill(words: readonly string[], when: () => boolean): Promise<boolean>;
}

/** A lab that does not exist yet. Names carry the id of this process, so that two test runs do not meet. */
export const namedLab = (label: string): NamedLab => labCalled(`test-${process.pid}-${label}`);

/** The lab of exactly this name, whether or not it exists. */
export function labCalled(name: string): NamedLab {
  const run = (argv: readonly string[]) => collect(argv, { LAB_NAME: name });
  return {
    name,
    state: join("/run/portmatrix-lab", name),
    run,
    drive: async (...words) => {
      const { code, stdout, stderr } = await run([process.execPath, driver, ...words]);
      if (code !== 0) throw new Error(`lab ${words.join(" ")} ended with ${code}: ${stderr}`);
      return stdout;
    },
    driveAndKill: async (words, when) => {
      const env = { ...process.env, LAB_NAME: name };
      const child = spawn(process.execPath, [driver, ...words], { env, stdio: "ignore" });
      const ended = new Promise<boolean>((resolve) => {
        child.once("exit", (_code, signal) => resolve(signal === "SIGKILL"));
      });
      while (!when() && child.exitCode === null) await sleep(1);
      child.kill("SIGKILL");
      return ended;
    },
  };
}

function collect([program = "", ...args]: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: repository, env: { ...process.env, ...env }, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.once("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.end();
  });
}

/** True where a lab that cannot be made is a failure, not a skip. */
export const isRequired = process.env["PORTMATRIX_REQUIRE_NET"] === "1";

/** Why the lab cannot be had in namespaces here; `undefined` when nothing is missing. */
export function refusal(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "the lab in namespaces needs Linux and root";
  const { services } = JSON.parse(spawnSync(process.execPath, [driver, "description"], { encoding: "utf8" }).stdout);
  const programs = [
    "unshare",
    "nsenter",
    "pivot_root",
    "setpriv",
    "ip",
    "nft",
    "ss",
    "ping",
    "python3",
    "perl",
    "bash",
    ...daemons.split(" "),
  ];
  const missing = whyMissing(programs);
  if (missing !== undefined) return `${Object.keys(services).length} nodes: ${missing}`;
  const tried = spawnSync("unshare", ["--net", "--mount", "--pid", "--fork", "true"], { encoding: "utf8" });
  return tried.status === 0 ? undefined : `namespaces cannot be made here: ${tried.stderr}`;
}

/** A program of each Debian package that the services of the lab need. */
const daemons =
  "sshd snmpd snmptrapd rsyslogd nginx icinga2 stunnel4 dnsmasq chronyd postfix slapd corosync pacemaker-remoted";

/** The namespaces of a lab, as `/proc/PID/ns/*` names them: of its world and of each node. */
export interface Namespaces {
  names: ReadonlySet<string>;
  /** Until then the kernel gives their names to no others. */
  release(): void;
}

/** Takes hold of the namespaces of a lab that is up. */
export function holdNamespaces({ state }: NamedLab): Namespaces {
  const files = [join(state, "world"), ...readdirSync(join(state, "box")).map((box) => join(state, "box", box, "pid"))];
  const pids = files.filter(existsSync).map((file) => Number(readFileSync(file, "utf8")));
  const held = pids.flatMap((pid) => kinds.flatMap((kind) => openNamespace(pid, kind) ?? []));
  return {
    names: new Set(held.map((descriptor) => readlinkSync(`/proc/self/fd/${descriptor}`))),
    release: () => held.forEach((descriptor) => closeSync(descriptor)),
  };
}

const kinds = ["net", "mnt", "pid"];

function openNamespace(pid: number, kind: string): number | undefined {
  try {
    return openSync(`/proc/${pid}/ns/${kind}`, "r");
  } catch {
    return undefined; // it ended meanwhile
  }
}

/** Processes that live in one of the namespaces; those that ended and wait for this machine's init do not count. */
export function processesIn({ names }: Namespaces): number[] {
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
  const isInside = (pid: number) => kinds.some((kind) => names.has(readNamespace(pid, kind) ?? ""));
  return pids.filter((pid) => isInside(pid) && !hasEnded(pid));
}

function hasEnded(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

function readNamespace(pid: number, kind: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined; // it ended meanwhile
  }
}

/** Mounts of this process that belong to the lab, and network interfaces of this machine. */
export function tracesOf({ name }: NamedLab): { mounts: string[]; interfaces: string[] } {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return { mounts: mounts.filter((line) => line.includes(name)), interfaces: readdirSync("/sys/class/net").toSorted() };
}
