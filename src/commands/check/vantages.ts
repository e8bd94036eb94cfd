import { setMaxListeners } from "node:events";
import { escapeUnseen } from "../../model/text/printable.ts";
import type { VantageFact } from "../../model/run/run.ts";
import type { Observe } from "../../model/task.ts";
import { isLocal, type VantageSpec } from "../../model/topology/vantage-spec.ts";
import { nothingSent } from "../../model/unsent.ts";
import { openerOf } from "../../vantage/openers.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { agentBundle, farWorkers, readShipped } from "../shipped-files.ts";
import type { FarRuntime } from "../../vantage/start/rungs.ts";
import { openingsInAll } from "./limits.ts";
import { type KeptSecrets, keepSecrets } from "./keep-secrets.ts";
import { lookups } from "../identify/lookups.ts";
import type { Narrate } from "./narrate.ts";
import { openGate } from "./open-gate.ts";
import { failuresByCause, firstNames, vantageFacts } from "./vantage-facts.ts";

/** Every vantage point of a run, open, about to be, or with the reason why not. */
export interface Vantages {
  /**
   * The function that sends for a node. While its vantage point is being opened, a task waits for that; where it could
   * not be opened, it says so for every task.
   */
  observe: (node: string) => Observe;
  /** Resolves when the vantage point of a node is open or cannot be opened; `undefined` once that is known. */
  whenOpen: (node: string) => Promise<void> | undefined;
  /** The vantage point of a node once it is open, or why it cannot be opened. */
  vantageOf: (node: string) => Promise<Vantage | string>;
  /** What sent, and what could not be opened, as far as it is known by now. */
  facts: () => VantageFact[];
  /** How many are open, about to be, or could not be opened. */
  counts: () => { open: number; opening: number; refused: number };
  /** Ends those that are open and those that are being opened. */
  close: () => Promise<void>;
}

/** What opening needs of its surroundings. */
export interface OpeningOptions {
  signal: AbortSignal;
  /** Environment of the programs that are started. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where lines about the vantage points themselves go, when they are closed. */
  say?: ((line: string) => void) | undefined;
  /** Is told of each vantage point when it is open, or cannot be opened. */
  narrate?: Narrate | undefined;
  /** How many are opened at a time; default 16. */
  atOnce?: number | undefined;
  /** How each is opened; a seam for tests. */
  opener?: typeof openerOf;
}

const openTimeoutMs = 20_000;
const graceMs = 20_000;
/** Half of the 64 threads that the helper gives to libuv, which resolves names in no more of them. */
const lookupsAtOnce = 32;
const openingAtOnce = 16;
const openingPatienceMs = 2_000;

/**
 * Begins to open what the given nodes need, 16 at once. Returns at once: each sends as soon as it is open, and one that
 * hangs or cannot be opened costs no other its time.
 */
export function openVantages(senders: ReadonlyMap<string, VantageSpec>, options: OpeningOptions): Vantages {
  const { say, env, narrate, opener = openerOf } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  for (const one of [options.signal, signal]) setMaxListeners(0, one); // each that is being opened listens
  const gate = openGate({
    atOnce: options.atOnce ?? openingAtOnce,
    inAll: openingsInAll(),
    patienceMs: openingPatienceMs,
  });
  let worker: Promise<Uint8Array> | undefined;
  const readWorker = () => (worker ??= readShipped(agentBundle));
  const farSources = new Map<FarRuntime, Promise<Uint8Array>>();
  const readFarWorker = (runtime: FarRuntime) => {
    const known = farSources.get(runtime) ?? readShipped(farWorkers[runtime]);
    farSources.set(runtime, known);
    return known;
  };
  const shared = new Map<string, Promise<Vantage>>();
  const notes = new Map<string, string[]>();

  const kept = new Map<string, KeptSecrets>();
  const keptBy = (node: string): KeptSecrets => {
    const known = kept.get(node) ?? keepSecrets(isLocal(senders.get(node)));
    kept.set(node, known);
    return known;
  };

  const open = (node: string, spec: VantageSpec): Promise<Vantage> => {
    const { isShared, open } = opener(spec);
    const onNote = (said: string) => {
      const note = keptBy(node).hideIn(said);
      notes.set(note, [...(notes.get(note) ?? []), node]);
    };
    const looking = { lookupsAtOnce, lookup: lookups.lookup };
    const begin = () =>
      open(spec, { readWorker, readFarWorker, env, ...looking, openTimeoutMs, graceMs, signal, onNote });
    if (!isShared) return gate(begin);
    const form = JSON.stringify(spec);
    const known = shared.get(form) ?? begin();
    shared.set(form, known);
    return known;
  };

  const opened = new Map<string, Vantage>();
  const sending = new Map<string, Observe>(); // those of the open ones, which hide their secrets
  const refused = new Map<string, string>();
  const pending = new Map<string, Promise<void>>();
  for (const [node, spec] of senders) {
    const settle = (keep: () => void) => {
      keep();
      pending.delete(node);
    };
    const opening = open(node, spec).then(
      (vantage) =>
        settle(() => {
          opened.set(node, vantage);
          narrate?.(`${node}: open, by ${vantage.description}`);
          sending.set(node, keptBy(node).guard(vantage.observe));
        }),
      (error: unknown) =>
        settle(() => {
          const why = error instanceof Error ? error.message : String(error);
          refused.set(node, why);
          narrate?.(`${node}: cannot be opened: ${keptBy(node).hideIn(why)}`);
        }),
    );
    pending.set(node, opening);
  }

  const observeNow = (node: string): Observe =>
    sending.get(node) ?? sayWhy(refused.get(node) ?? "no vantage point was opened");
  return {
    observe: (node) => {
      const opening = pending.get(node);
      if (opening === undefined) return observeNow(node);
      return async (task, until) => {
        await opening;
        if (until.aborted) return nothingSent("aborted", "the run was interrupted");
        return observeNow(node)(task, until);
      };
    },
    whenOpen: (node) => pending.get(node),
    vantageOf: async (node) => {
      await pending.get(node);
      return opened.get(node) ?? refused.get(node) ?? "no vantage point was opened";
    },
    facts: () => vantageFacts(opened, refused),
    counts: () => ({ open: opened.size, opening: pending.size, refused: refused.size }),
    close: async () => {
      const failures = options.signal.aborted ? [] : failuresByCause(vantageFacts(opened, refused));
      closing.abort();
      lookups.close();
      await Promise.all(pending.values());
      await Promise.all([...new Set(opened.values())].map((vantage) => vantage.close()));
      for (const [note, nodes] of notes) say?.(`portmatrix: note: ${escapeUnseen(`${firstNames(nodes)}: ${note}`)}\n`);
      for (const failure of failures) say?.(`portmatrix: note: ${escapeUnseen(failure)}\n`);
      notes.clear();
    },
  };
}

const sayWhy =
  (detail: string): Observe =>
  () =>
    Promise.resolve(nothingSent("vantage", detail));
