import { readFile } from "node:fs/promises";
import type { SendHop } from "../../model/run/walk.ts";
import type { VantageSpec } from "../../model/topology/vantage-spec.ts";
import { openerOf } from "../../vantage/openers.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { lookups } from "../identify/lookups.ts";
import { agentBundle, farWorkers } from "../shipped-files.ts";

/** What walks from a node. */
export interface Sender {
  send: SendHop;
  /** All addresses of a name there; none if it does not resolve. */
  resolve: (name: string) => Promise<readonly string[]>;
  description: string;
  close: () => Promise<void>;
}

/** Opens it, or says why there is none. Python or perl walk, because Node cannot receive what a router says. */
export async function openSender(
  spec: VantageSpec,
  { env, signal }: { env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<Sender | string> {
  let vantage: Vantage;
  try {
    vantage = await openerOf(spec).open(spec, {
      wanted: ["python", "perl"],
      readWorker: () => readFile(agentBundle),
      readFarWorker: (runtime) => readFile(farWorkers[runtime]),
      lookupsAtOnce: 4,
      lookup: lookups.lookup,
      openTimeoutMs: 20_000,
      env,
      signal,
    });
  } catch (error) {
    return `${(error as Error).message}; a walk needs Python 3.6 or perl where it starts`;
  }
  const { sendHop, listening, description } = vantage;
  if (sendHop !== undefined && listening !== undefined)
    return { send: sendHop, resolve: listening.resolve, description, close: () => vantage.close() };
  await vantage.close();
  return `${description} cannot walk: that needs Python 3.6 or perl where the flow starts`;
}
