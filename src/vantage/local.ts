import { isIPv4 } from "node:net";
import type { Answer, Observation } from "../model/outcome.ts";
import { readIpLiteral } from "../model/address/ip-literal.ts";
import type { Task } from "../model/task.ts";
import { nothingSent, unsent } from "../model/unsent.ts";
import { whyLinkless } from "../probe/kernel/network-error.ts";
import { tableWatch } from "../probe/kernel/connection-table.ts";
import { isOwnAddress } from "../probe/kernel/own-addresses.ts";
import { closeProbers, probe } from "../probe/probers.ts";
import { whyTableFull } from "../probe/table-full.ts";
import { whenAborted } from "../probe/flight/when-aborted.ts";
import { whyHome } from "./leads-home.ts";
import { openResolver, type Resolution, type ResolvedAddress, type ResolverOptions } from "./resolve.ts";
import { mayNeedProxy, nameWebProxy } from "./web-proxy.ts";
import type { Environment } from "./child.ts";
import type { Vantage } from "./vantage.ts";

export interface LocalOptions extends ResolverOptions {
  /** Environment of this machine, for the web proxy that it names; default none. */
  env?: Environment | undefined;
}

/**
 * Opens this machine as a vantage point. A name is resolved here, and every address that it has is probed at the same
 * time, or one after the other if the task is careful; the observation has one answer for each. Names are looked up once per vantage point.
 */
export function openLocal({ env = {}, ...options }: LocalOptions = {}): Vantage {
  const resolve = openResolver(options);
  const observe = (task: Task, signal: AbortSignal): Promise<Observation> =>
    mayNeedProxy(task)
      ? send(task, signal).then((observation) => nameWebProxy(task, observation, env))
      : send(task, signal);
  const send = (task: Task, signal: AbortSignal): Promise<Observation> => {
    // A literal, as nearly every target of a large run is, needs no detour.
    const literal = isIPv4(task.target) ? ({ family: 4, text: task.target } as const) : readIpLiteral(task.target);
    if (literal === undefined) return observeName(task, signal);
    return ask(task, { address: literal.text, family: literal.family }, signal).then(alone);
  };
  const observeName = async (task: Task, signal: AbortSignal): Promise<Observation> => {
    const resolution = await unlessAborted(resolve(task.target), signal);
    if (resolution === undefined || signal.aborted) return nothingSent("aborted", "the run was interrupted");
    if ("failure" in resolution) return withoutAddress(resolution);
    return { answers: await askAll(task, resolution.addresses, signal) };
  };
  return { observe, close: async () => void (await closeProbers()), description: "this machine" };
}

/** The packets of a resolver are tracked as well. */
function withoutAddress({
  failure,
  unansweredSinceMs: sinceMs,
}: Extract<Resolution, { failure: string }>): Observation {
  const full = sinceMs === undefined ? undefined : tableWatch().fullSince(sinceMs);
  if (full === undefined) return nothingSent("name", failure);
  return nothingSent("connection-table-full", `${failure}. ${whyTableFull(full)}`);
}

async function askAll(task: Task, addresses: readonly ResolvedAddress[], signal: AbortSignal): Promise<Answer[]> {
  if (task.careful !== true) return Promise.all(addresses.map((resolved) => askResolved(task, resolved, signal)));
  const answers: Answer[] = [];
  // They may all be one machine, whose service takes one connection at a time.
  for (const resolved of addresses) answers.push(await askResolved(task, resolved, signal));
  return answers;
}

/** Asks an address that a name was resolved to, if it is one that can be asked. */
async function askResolved(task: Task, resolved: ResolvedAddress, signal: AbortSignal): Promise<Answer> {
  const { address } = resolved;
  const home = task.isOwnName === true ? undefined : whyHome(task.target, address, isOwnAddress);
  if (home !== undefined) return { address, ...unsent("name-leads-home", home) };
  // With one link only a raw socket would find its way; with two, somebody else may answer.
  const linkless = whyLinkless(address);
  if (linkless !== undefined) return { address, ...unsent("no-route", linkless) };
  return ask(task, resolved, signal, task.target);
}

const alone = (answer: Answer): Observation => ({ answers: [answer] });

/**
 * One address's answer; `name` is what it was resolved from. A prober that throws has a bug; that must not look like a
 * fact about the network.
 */
function ask(
  { probe: spec, timeoutMs, careful }: Task,
  { address, family }: ResolvedAddress,
  signal: AbortSignal,
  name?: string,
): Promise<Answer> {
  const context = { address, family, timeoutMs, careful, signal };
  return probe(spec, name === undefined ? context : { ...context, name }).then(
    ({ outcome, evidence }) => ({ address, outcome, evidence }),
    (error: unknown) => {
      const detail = `the prober failed: ${error instanceof Error ? error.message : String(error)}`;
      return { address, ...unsent("internal", detail) };
    },
  );
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
