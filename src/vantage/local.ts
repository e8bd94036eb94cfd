import { isIPv4 } from "node:net";
import type { Answer, Observation } from "../model/outcome.ts";
import { readIpLiteral } from "../model/address/ip-literal.ts";
import type { Task } from "../model/task.ts";
import { nothingSent, unsent } from "../model/unsent.ts";
import { whyLinkless } from "../probe/kernel/network-error.ts";
import { tableWatch } from "../probe/kernel/connection-table.ts";
import { isOwnAddress } from "../probe/kernel/own-addresses.ts";
import { closeProbers, hearsErrors, probe } from "../probe/probers.ts";
import type { ProbeContext } from "../probe/flight/prober.ts";
import { whyTableFull } from "../probe/table-full.ts";
import { whenAborted } from "../probe/flight/when-aborted.ts";
import type { Sockets } from "../sockets/sockets.ts";
import { whyHome } from "./leads-home.ts";
import { openResolver, type Resolution, type ResolvedAddress, type ResolverOptions } from "./resolve.ts";
import { mayNeedProxy, nameWebProxy } from "./web-proxy.ts";
import type { Environment } from "./start/child.ts";
import type { Vantage } from "./vantage.ts";

/** True if this process receives ICMP errors with code and sender: it has CAP_NET_RAW and the module raw-socket. */
export const seesCodes = (): Promise<boolean> => hearsErrors();

export interface LocalOptions extends ResolverOptions {
  /** Sockets of another machine, which sends in place of this one. */
  far?: FarPlace;
  /** Environment of the sending machine, for the web proxy that it names; default none. */
  env?: Environment | undefined;
}

interface FarPlace {
  /** The sockets of one probe. */
  forProbe: () => Sockets;
  /** True if an address that was looked up there belongs to it. */
  isOwnAddress: (address: string) => boolean;
}

/**
 * Opens this machine as a vantage point. A name is resolved here, and every address that it has is probed at the same
 * time, or one after the other if the task is careful; the observation has one answer for each. Names are looked up once per vantage point.
 */
export function openLocal({ env = {}, far, ...options }: LocalOptions = {}): Vantage {
  const resolve = openResolver(options);
  const observe = (task: Task, signal: AbortSignal): Promise<Observation> =>
    mayNeedProxy(task)
      ? send(task, signal).then((observation) => nameWebProxy(task, observation, env))
      : send(task, signal);
  const send = (task: Task, signal: AbortSignal): Promise<Observation> => {
    // A literal, as nearly every target of a large run is, needs no detour.
    const literal = isIPv4(task.target) ? ({ family: 4, text: task.target } as const) : readIpLiteral(task.target);
    if (literal === undefined) return observeName(task, signal);
    return askLiteral(task, { address: literal.text, family: literal.family }, { signal, far });
  };
  const observeName = async (task: Task, signal: AbortSignal): Promise<Observation> => {
    const resolution = await unlessAborted(resolve(task.target), signal);
    if (resolution === undefined || signal.aborted) return nothingSent("aborted", "the run was interrupted");
    if ("failure" in resolution) return withoutAddress(resolution, far === undefined);
    return { answers: await askAll(task, resolution.addresses, { signal, far }) };
  };
  return {
    observe,
    close: async () => void (far === undefined ? await closeProbers() : undefined),
    description: "this machine",
  };
}

/** The packets of a resolver are tracked as well. */
function withoutAddress(
  { failure, unansweredSinceMs: sinceMs }: Extract<Resolution, { failure: string }>,
  isHere: boolean,
): Observation {
  const full = sinceMs === undefined || !isHere ? undefined : tableWatch().fullSince(sinceMs);
  if (full === undefined) return nothingSent("name", failure);
  return nothingSent("connection-table-full", `${failure}. ${whyTableFull(full)}`);
}

/** Where a task is sent from, and what ends it. */
interface From {
  signal: AbortSignal;
  far: FarPlace | undefined;
}

async function askAll(task: Task, addresses: readonly ResolvedAddress[], from: From): Promise<Answer[]> {
  if (task.careful !== true) return Promise.all(addresses.map((resolved) => askResolved(task, resolved, from)));
  const answers: Answer[] = [];
  // They may all be one machine, whose service takes one connection at a time.
  for (const resolved of addresses) answers.push(await askResolved(task, resolved, from));
  return answers;
}

/** Asks an address that a name was resolved to, if it is one that can be asked. */
async function askResolved(task: Task, resolved: ResolvedAddress, from: From): Promise<Answer> {
  const { address } = resolved;
  const home =
    task.isOwnName === true ? undefined : whyHome(task.target, address, from.far?.isOwnAddress ?? isOwnAddress);
  if (home !== undefined) return { address, ...unsent("name-leads-home", home) };
  // With one link only a raw socket would find its way; with two, somebody else may answer.
  const linkless = whyLinkless(address);
  if (linkless !== undefined) return { address, ...unsent("no-route", linkless) };
  return ask(task, resolved, from, task.target);
}

/** One address's answer; `name` is what it was resolved from. */
function ask(task: Task, { address, family }: ResolvedAddress, from: From, name: string): Promise<Answer> {
  return probe(task.probe, { ...contextOf(task, { address, family }, from), name }).then(
    ({ outcome, evidence }) => ({ address, outcome, evidence }),
    (error: unknown) => failed(address, error),
  );
}

/** The same for a target that is an address, in one step: large runs have little else. */
function askLiteral(task: Task, at: ResolvedAddress, from: From): Promise<Observation> {
  const { address } = at;
  return probe(task.probe, contextOf(task, at, from)).then(
    ({ outcome, evidence }) => ({ answers: [{ address, outcome, evidence }] }),
    (error: unknown) => ({ answers: [failed(address, error)] }),
  );
}

function contextOf(
  { timeoutMs, careful, isBlockExpected }: Task,
  { address, family }: ResolvedAddress,
  { signal, far }: From,
): ProbeContext {
  const place = { address, family, timeoutMs, careful, isBlockExpected, signal };
  return far === undefined ? place : { ...place, sockets: far.forProbe() };
}

/** A prober that throws has a bug; that must not look like a fact about the network. */
function failed(address: string, error: unknown): Answer {
  const detail = `the prober failed: ${error instanceof Error ? error.message : String(error)}`;
  return { address, ...unsent("internal", detail) };
}

/** Gives `undefined` as soon as the signal is aborted; a lookup itself cannot be taken back. */
function unlessAborted(resolution: Promise<Resolution>, signal: AbortSignal): Promise<Resolution | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const forget = whenAborted(signal, () => resolve(undefined));
    void resolution.then((value) => {
      forget();
      resolve(value);
    });
  });
}
