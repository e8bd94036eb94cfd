import { platform } from "node:os";
import { kindOf, type VantageKind, type VantageSpec, type VantageSpecOf } from "../model/topology/vantage-spec.ts";
import type { ExecOptions } from "./exec.ts";
import { openLocal, seesCodes } from "./local.ts";
import { type FarRuntime, type ShellRung, rungsHere } from "./start/rungs.ts";
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
  /** The same for workers that are nothing but sockets. */
  readFarWorker: (runtime: FarRuntime) => Promise<Uint8Array>;
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
    open: (spec, options) => openHere(typeof spec === "string" ? undefined : spec.local, options),
  },
  exec: {
    isShared: false,
    descriptors: 3, // the pipes to its standard input and from its two outputs
    open: (spec, options) => openBehind(spec, options),
  },
} as const satisfies { [Kind in VantageKind]: Opener<Kind> };

/** How long a worker on this machine may take to say hello. */
const hereTimeoutMs = 5_000;

/**
 * This machine. Where this process has no raw sockets, an interpreter that needs none sees who prohibits a flow: Python or
 * perl sends then, if there is one. `wanted` says which, and then nothing else will do.
 */
async function openHere(wanted: ShellRung | undefined, options: OpenerOptions): Promise<Vantage> {
  const { lookupsAtOnce, lookup, env } = options;
  const byItself = () => openLocal({ lookupsAtOnce, lookup, env });
  const usual = rungsHere(platform());
  const isFree = wanted === undefined && options.wanted === undefined;
  if (wanted === "node" || (wanted === undefined && usual.length === 0)) return byItself();
  if (isFree && (await seesCodes())) return byItself();
  const { openExec } = await import("./exec.ts");
  const rungs = wanted === undefined ? (options.wanted ?? usual) : [wanted];
  const opening = openExec([], {
    ...options,
    agentSource: "",
    wanted: rungs,
    openTimeoutMs: isFree ? hereTimeoutMs : options.openTimeoutMs,
    isHere: true,
  });
  const opened = isFree ? await opening.catch(() => undefined) : await opening;
  if (opened === undefined) return byItself();
  return { ...opened, description: opened.description.replace(/^sh \(/, "this machine (") };
}

/** Opens a worker behind an argv prefix. */
async function openBehind(
  { exec, worker, shell }: VantageSpecOf<"exec">,
  { readWorker, ...options }: OpenerOptions,
): Promise<Vantage> {
  const { openExec } = await import("./exec.ts"); // only runs with other machines in them need it
  const wanted = worker === undefined ? options.wanted : [worker];
  const agentSource = shell === undefined ? await readWorker() : "";
  return openExec(exec, { ...options, wanted, shell, agentSource });
}

/** How a vantage point is opened. */
export const openerOf = (spec: VantageSpec): Opener<VantageKind> => openers[kindOf(spec)] as Opener<VantageKind>;
