import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import pLimit from "p-limit";
import type { Observe } from "../../model/task.ts";
import type { VantageSpec } from "../../model/topology.ts";
import { nothingSent } from "../../model/unsent.ts";
import { openLocal } from "../../vantage/local.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { agentBundle } from "../shipped-files.ts";

/** Every vantage point of a run, open or with the reason why not. */
export interface Vantages {
  /** The function that sends for a node. Where the vantage could not be opened, it says so for every task. */
  observe: (node: string) => Observe;
  /** Nodes whose vantage could not be opened, and why. */
  refused: ReadonlyMap<string, string>;
  close: () => Promise<void>;
}

const openTimeoutMs = 20_000;
const graceMs = 20_000;
/** Half of the 64 threads that `bin/portmatrix.cjs` gives to libuv, which resolves names in no more of them. */
const lookupsAtOnce = 32;
/** Vantage points that are opened at the same time: each starts a program, often ssh, and then Node at the far end. */
const openingAtOnce = 16;

/** What opening needs of its surroundings. */
export interface OpeningOptions {
  signal: AbortSignal;
  /** Where lines about the vantage points themselves go, when they are closed. */
  say?: ((line: string) => void) | undefined;
}

/** Opens what the given nodes need, 16 at once; one that cannot be opened does not stop the others. */
export async function openVantages(
  senders: ReadonlyMap<string, VantageSpec>,
  { signal, say }: OpeningOptions,
): Promise<Vantages> {
  setMaxListeners(0, signal); // each vantage point that is being opened listens
  const limit = pLimit(openingAtOnce);
  const refused = new Map<string, string>();
  const opened = new Map<string, Vantage>();
  const notes = new Map<string, string[]>();
  const local = [...senders.values()].includes("local") ? openLocal({ lookupsAtOnce }) : undefined;
  const needsAgent = [...senders.values()].some((spec) => spec !== "local");
  const remote = needsAgent ? await loadRemote() : undefined;
  await Promise.all(
    [...senders].map(async ([node, spec]) => {
      if (spec === "local") {
        if (local !== undefined) opened.set(node, local);
      } else if (remote !== undefined) {
        const { openExec, agentSource } = remote;
        const onNote = (note: string) => void notes.set(note, [...(notes.get(note) ?? []), node]);
        const options = { agentSource, openTimeoutMs, graceMs, signal, onNote };
        try {
          opened.set(node, await limit(() => openExec(spec.exec, options)));
        } catch (error) {
          refused.set(node, error instanceof Error ? error.message : String(error));
        }
      }
    }),
  );
  return {
    observe: (node) => opened.get(node)?.observe ?? sayWhy(refused.get(node) ?? "no vantage point was opened"),
    refused,
    close: async () => {
      await Promise.all([...new Set(opened.values())].map((vantage) => vantage.close()));
      for (const [note, nodes] of notes) say?.(`portmatrix: note: ${listed(nodes)}: ${note}\n`);
      notes.clear();
    },
  };
}

/** Only runs with other machines in them need these. */
async function loadRemote() {
  const { openExec } = await import("../../vantage/exec.ts");
  return { openExec, agentSource: await readFile(agentBundle) };
}

const sayWhy =
  (detail: string): Observe =>
  () =>
    Promise.resolve(nothingSent("vantage", detail));

const listed = (nodes: readonly string[]): string =>
  nodes.length <= 5 ? nodes.join(", ") : `${nodes.slice(0, 5).join(", ")} and ${nodes.length - 5} more`;
