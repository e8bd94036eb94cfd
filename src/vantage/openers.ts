import { kindOf, type VantageKind, type VantageSpec, type VantageSpecOf } from "../model/topology.ts";
import type { ExecOptions } from "./exec.ts";
import { openLocal } from "./local.ts";
import type { Lookup } from "./resolve.ts";
import type { Vantage } from "./vantage.ts";

/** What opening any vantage point may need. */
export interface OpenerOptions extends Omit<ExecOptions, "agentSource"> {
  /** Names that this machine looks up at the same time. */
  lookupsAtOnce: number;
  /** How this machine looks a name up. */
  lookup: Lookup;
  /** Reads the worker for machines that have none; called when the first one may need it. */
  readWorker: () => Promise<Uint8Array>;
}

interface Opener<Kind extends VantageKind> {
  /** True if all nodes of this kind have one vantage point together. */
  isShared: boolean;
  /** File descriptors that one holds for as long as it is open. */
  descriptors: number;
  /** Rejects with an Error whose message is the cause in one line. */
  open: (spec: VantageSpecOf<Kind>, options: OpenerOptions) => Promise<Vantage>;
}

/** Every kind; a new one does not compile until it stands here. */
const openers = {
  local: {
    isShared: true,
    descriptors: 0,
    open: (_, { lookupsAtOnce, lookup, env }) => Promise.resolve(openLocal({ lookupsAtOnce, lookup, env })),
  },
  exec: {
    isShared: false,
    descriptors: 3, // the pipes to its standard input and from its two outputs
    open: ({ exec }, options) => openBehind(exec, options),
  },
} as const satisfies { [Kind in VantageKind]: Opener<Kind> };

/** Opens a worker behind an argv prefix. */
async function openBehind(prefix: readonly string[], { readWorker, ...options }: OpenerOptions): Promise<Vantage> {
  const { openExec } = await import("./exec.ts"); // only runs with other machines in them need it
  return openExec(prefix, { ...options, agentSource: await readWorker() });
}

/** How a vantage point is opened. */
export const openerOf = (spec: VantageSpec): Opener<VantageKind> => openers[kindOf(spec)] as Opener<VantageKind>;
