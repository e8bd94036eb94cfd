import { execFile } from "node:child_process";
import { networkInterfaces, platform } from "node:os";
import { promisify } from "node:util";
import { variablesFor } from "../../model/machine/child-variables.ts";
import type { Found, SetupFacts } from "../../model/machine/setup.ts";
import { probeByPing } from "../../probe/icmp/ping.ts";
import { readTableHere } from "../../probe/kernel/connection-table.ts";
import { openRawSocket } from "../../probe/kernel/raw-socket.ts";
import { openExec } from "../../vantage/exec.ts";
import { descriptorLimit } from "../check/limits.ts";
import { farWorkers, readShipped } from "../shipped-files.ts";
import type { Surroundings } from "../surroundings.ts";

const patienceMs = 5_000;

/** Looks at what this machine offers. The only packet is an echo request to this machine itself. */
export async function lookAround({ env, signal, node }: Surroundings): Promise<SetupFacts> {
  const worker = (rung: "python" | "perl" | "bash") => tryWorker(rung, { env, signal });
  const [rawSocket, ping, python, perl, bash, ssh] = await Promise.all([
    tryRawSocket(),
    tryPing({ env, signal }),
    worker("python"),
    worker("perl"),
    worker("bash"),
    versionOf("ssh", ["-V"], env),
  ]);
  const tracking = readTableHere();
  return {
    platform: platform(),
    node: node ?? "",
    rawSocket,
    ping,
    python,
    perl,
    bash,
    ssh,
    ipv6: addressesOverIpv6(),
    openFiles: descriptorLimit(),
    ...(tracking === undefined ? {} : { tracking }),
  };
}

async function tryRawSocket(): Promise<Found> {
  const opening = await openRawSocket(
    "icmp",
    () => undefined,
    () => undefined,
  );
  if (opening.kind === "none") return { is: "absent", why: opening.why };
  opening.socket.close();
  return { is: "there", what: "allowed, through the module raw-socket" };
}

type Place = Pick<Surroundings, "env" | "signal">;

/** An echo request to this machine proves that ping is there and may send. */
async function tryPing({ env, signal }: Place): Promise<Found> {
  const context = { address: "127.0.0.1", family: 4, timeoutMs: 1_000, signal } as const;
  const alone = "there is no raw socket"; // which ping is asked about all the same, so nothing is said of it here
  const { outcome } = await probeByPing(context, alone);
  if (outcome.kind !== "open") {
    if (outcome.kind === "unsent" && outcome.cause === "program-missing") return { is: "absent", why: "not installed" };
    const why =
      outcome.kind === "unsent"
        ? outcome.detail.replace(`, and ${alone}`, "")
        : `an echo to this machine came back as ${outcome.kind}`;
    return { is: "absent", why };
  }
  const version = platform() === "linux" ? await versionOf("ping", ["-V"], variablesFor("ping", env)) : undefined;
  const kind = version?.is === "there" ? (/iputils|BusyBox/i.exec(version.what)?.[0] ?? version.what) : platform();
  return { is: "there", what: `works (${kind})` };
}

/** Starts the worker that would send from this machine, and ends it. */
async function tryWorker(rung: "python" | "perl" | "bash", { env, signal }: Place): Promise<Found> {
  try {
    const options = { agentSource: "", wanted: [rung], openTimeoutMs: patienceMs, isHere: true, env, signal };
    const opened = await openExec([], { ...options, readFarWorker: (runtime) => readShipped(farWorkers[runtime]) });
    await opened.close();
    return { is: "there", what: /\((.+)\)$/.exec(opened.description)?.[1] ?? rung };
  } catch {
    return { is: "absent", why: "none that works" };
  }
}

/** The first line that a program says of itself. */
async function versionOf(program: string, words: readonly string[], env: Surroundings["env"]): Promise<Found> {
  const run = promisify(execFile)(program, words, { env: variablesFor("ping", env), timeout: patienceMs });
  const { stdout, stderr, code } = await run.then(
    (printed) => ({ ...printed, code: undefined }),
    (error: { stdout?: string; stderr?: string; code?: unknown }) => ({
      stdout: error.stdout ?? "",
      stderr: error.stderr ?? "",
      code: error.code,
    }),
  );
  if (code === "ENOENT") return { is: "absent", why: "not installed" };
  return { is: "there", what: `${stdout}${stderr}`.trim().split("\n")[0] ?? program };
}

/** Those that lead farther than this machine and its links (RFC 4291 §2.4). */
function addressesOverIpv6(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const far = all.filter(
    ({ family, internal, address }) => family === "IPv6" && !internal && !/^fe[89ab]/i.test(address),
  );
  return far.map(({ address }) => address);
}
