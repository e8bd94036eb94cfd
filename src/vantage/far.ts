import pLimit from "p-limit";
import type { Observation } from "../model/outcome.ts";
import type { Observe, Task } from "../model/task.ts";
import type { SendHop } from "../model/run/walk.ts";
import type { Inspect } from "../model/inspection.ts";
import { nothingSent } from "../model/unsent.ts";
import { openFarTalk } from "../sockets/far/talk.ts";
import type { Listening } from "../sockets/listening.ts";
import type { Environment } from "./start/child.ts";
import { openLocal } from "./local.ts";
import type { Lookup } from "./resolve.ts";
import { type Blindness, type FarRuntime, blindness, rungNames } from "./start/rungs.ts";

export interface FarVantageOptions {
  send: (line: string) => void;
  runtime: FarRuntime;
  /** How long the worker may take to say that nothing more comes. */
  patienceMs: number;
  /** The worker is on this machine, whose environment this is; absent for another machine. */
  here?: { env: Environment } | undefined;
  onBroken: () => void;
}

/** The talk with a worker that is nothing but sockets, as one function and its lines. */
export interface FarVantage {
  observe: Observe;
  /** Absent for workers that cannot listen. */
  listening?: Listening;
  /** Absent for workers that cannot send packets with few hops to live. */
  sendHop?: SendHop;
  /** Absent for workers that read nothing of their machine. */
  inspect?: Inspect;
  hear(line: string | undefined): void;
  breakOff(cause: string): void;
}

const lookupsAtOnce = 32;
/**
 * Each connection of bash is a process of its own, and one that reads what it says; PowerShell looks at all of them in
 * each turn.
 */
const connectionsAtOnce: Partial<Record<FarRuntime, number>> = { bash: 32, powershell: 128 };
/** Names under way to and back from the far end take longer than there. */
const lookupTimeoutMs = 10_000;
/** A connection that stands still longer than this, at the end of a wait, may have held back what came in time. */
const longestStallMs = 750;

/**
 * Opens a vantage point whose probers run on this side over sockets on the other. Each task gets an answer: what was
 * seen, or `unsent` when the talk breaks off, or when the connection stood still so that nothing can be said of silence.
 */
export function openFarVantage({ send, runtime, patienceMs, here, onBroken }: FarVantageOptions): FarVantage {
  const cannot: readonly Blindness[] = blindness[runtime];
  const hasDatagrams = !cannot.includes("datagrams");
  const hasEcho = hasDatagrams && runtime !== "powershell"; // the program or .NET sends them there
  const hasLeastTtl = runtime === "python" || runtime === "perl";
  const hearsAnyCode = runtime === "powershell";
  const talk = openFarTalk({
    send,
    hasEcho,
    hasLeastTtl,
    hearsAnyCode,
    isHere: here !== undefined,
    onBroken,
    quietPatienceMs: patienceMs,
  });
  const own = new Set<string>();
  const lookup: Lookup = (name, callback) =>
    talk.lookUp(name, (found) => {
      if ("code" in found) return callback(Object.assign(new Error(found.detail), { code: found.code }), []);
      for (const { address, isOwn } of found.addresses) if (isOwn) own.add(address);
      return callback(null, found.addresses);
    });
  const { observe: probeThere } = openLocal({
    lookup,
    lookupsAtOnce,
    timeoutMs: lookupTimeoutMs,
    ...here,
    far: { forProbe: talk.forProbe, isOwnAddress: (address) => own.has(address) },
  });
  const notHere = `${rungNames[runtime]} there`;

  const atOnce = connectionsAtOnce[runtime];
  const limit = atOnce === undefined ? undefined : pLimit(atOnce);
  const probeFew: Observe = (task, until) =>
    limit === undefined ? probeThere(task, until) : limit(() => probeThere(task, until));

  const observe: Observe = async (task, signal) => {
    if (signal.aborted) return nothingSent("aborted", interrupted);
    if (!hasDatagrams && overDatagrams(task))
      return nothingSent("not-supported", `${notHere} cannot send datagrams that are read to their end`);
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener("abort", end, { once: true });
    try {
      const asked = patient(cannot.includes("services") ? bare(task) : task, runtime);
      const first = await Promise.race([probeFew(asked, ending.signal), talk.broken]);
      if (typeof first === "string") return nothingSent("vantage", first);
      return await unlessStalled(first, talk);
    } finally {
      signal.removeEventListener("abort", end);
      end();
    }
  };
  const canListen = runtime === "python" || runtime === "perl";
  const more = canListen ? { listening: talk.listening, sendHop: talk.sendHop, inspect: talk.inspect } : {};
  return { observe, ...more, hear: talk.hear, breakOff: talk.breakOff };
}

const interrupted = "the run was interrupted";

/**
 * bash learns of a rejection when the SYN is repeated, after a second. Windows takes a reset for an answer only when its
 * repeated SYNs had one as well, which takes two seconds (docs/notes/vantage-runtimes.md#powershell).
 */
const leastForTcpMs: Partial<Record<FarRuntime, number>> = { bash: 1_600, powershell: 3_500 };

function patient(task: Task, runtime: FarRuntime): Task {
  const leastMs = task.probe.kind === "tcp" ? leastForTcpMs[runtime] : undefined;
  return leastMs === undefined || task.timeoutMs >= leastMs ? task : { ...task, timeoutMs: leastMs };
}

const overDatagrams = ({ probe }: Task): boolean =>
  probe.kind === "udp" || probe.kind === "snmp" || (probe.kind === "responder" && probe.transport === "udp");

/** The handshake alone, and ping. */
function bare({ probe, ...task }: Task): Task {
  const isTcp = probe.kind === "tcp" || (probe.kind === "responder" && probe.transport === "tcp");
  return { ...task, probe: isTcp ? { kind: "tcp", port: probe.port } : probe };
}

/** A service that did not answer counts only if its answer could have come here. */
async function unlessStalled(seen: Observation, talk: ReturnType<typeof openFarTalk>): Promise<Observation> {
  const isUnanswered = seen.answers.some(({ evidence }) => evidence.service?.finding === "unanswered");
  if (!isUnanswered) return seen;
  const startedAt = performance.now();
  try {
    await talk.forProbe().far?.confirmQuiet();
  } catch (error) {
    return nothingSent("vantage", (error as Error).message);
  }
  const stalledMs = performance.now() - startedAt;
  if (stalledMs <= longestStallMs) return seen;
  return nothingSent("vantage", `the connection to the vantage point stood still for ${Math.round(stalledMs)} ms`);
}
