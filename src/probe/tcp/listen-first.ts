import type { ProbeKind } from "../../model/task.ts";
import { closeEchoSockets, echoSocket } from "../icmp/raw.ts";
import { type SynAnswers, listenForSynAnswers } from "../witness/syn-answers.ts";

/** What must be open before a probe is sent, so that the first ICMP error is received as well as the last. */
type RawListener = "errors over IPv4" | "errors over IPv6" | "answers to SYNs";

const opening = new Map<RawListener, Promise<unknown>>();
const open = new Set<RawListener>();
let synAnswers: SynAnswers | undefined;

const openers = {
  "errors over IPv4": () => echoSocket(4),
  "errors over IPv6": () => echoSocket(6),
  "answers to SYNs": async () => {
    synAnswers = await listenForSynAnswers();
  },
} as const satisfies Record<RawListener, () => Promise<unknown>>;

/** For each family: a TCP probe needs all of them, a UDP probe the first. The echo of ICMP opens its socket itself. */
const needed = {
  4: ["errors over IPv4", "answers to SYNs"],
  6: ["errors over IPv6"],
} as const satisfies Record<4 | 6, readonly RawListener[]>;

/**
 * Opens the raw sockets that the witness of this kind of probe listens on; they are shared by all probes. `undefined` once
 * they are open or cannot be had, so that probes lose no time. Never rejects.
 */
export function listenFirst(kind: ProbeKind, family: 4 | 6): Promise<unknown> | undefined {
  if (kind === "icmp") return undefined;
  const wanted = kind === "tcp" ? needed[family] : needed[family].slice(0, 1);
  if (wanted.every((listener) => open.has(listener))) return undefined;
  return Promise.all(wanted.map(openOnce));
}

function openOnce(listener: RawListener): Promise<unknown> {
  const existing = opening.get(listener);
  if (existing !== undefined) return existing;
  const opened = openers[listener]().then(() => open.add(listener));
  opening.set(listener, opened);
  return opened;
}

/** Closes all raw sockets. They open again when they are needed again. */
export async function stopListening(): Promise<void> {
  await Promise.all(opening.values());
  opening.clear();
  open.clear();
  synAnswers?.close();
  synAnswers = undefined;
  await closeEchoSockets();
}
