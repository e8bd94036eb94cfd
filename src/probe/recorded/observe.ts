import type { FragmentFact, FragmentFlow } from "../../model/run/fragment.ts";
import type { Answer, Observation } from "../../model/outcome.ts";
import { readIpLiteral } from "../../model/address/ip-literal.ts";
import type { PlannedProbeSpec } from "../../model/flow.ts";
import type { ScriptOrder } from "../../model/script.ts";
import type { ProbeSpec } from "../../model/task.ts";
import { nothingSent, unsent } from "../../model/unsent.ts";
import { probe } from "../probers.ts";
import { decodeSnmpMessage } from "../../wire/snmp/get.ts";
import { numbersOf } from "./numbers.ts";
import { recordedSockets } from "./sockets.ts";
import { type Second, seenOverTcp } from "./tcp.ts";

/** One order of a script, and what came of it. */
export interface Recorded {
  order: ScriptOrder;
  spec: PlannedProbeSpec;
  seed: string;
  /** Absent where the script did not get as far as that. */
  flow: FragmentFlow | undefined;
  /** The second connection to the same service, if the script had one. */
  more?: { order: ScriptOrder; flow: FragmentFlow | undefined } | undefined;
  /** Why an address that a name led to is not the target (`vantage/leads-home.ts`). */
  whyHome: (name: string, address: string) => string | undefined;
}

/** So long a prober waits for what a script received: it is all there. */
const momentMs = 80;
/** A SYN is repeated after a second (RFC 6298 §2). */
const secondSynMs = 1_900;

/** What a script saw, as a live probe would tell it. Never rejects for what is in a fragment. */
export async function observeRecorded(recorded: Recorded): Promise<Observation> {
  const { order, flow } = recorded;
  if (flow === undefined || (flow.places.length === 0 && flow.nameless === undefined))
    return nothingSent("vantage", "the script ended before it came to this flow");
  if (flow.nameless !== undefined)
    return nothingSent("name", `${order.target} did not resolve there: ${flow.nameless}`);
  const answers: Answer[] = [];
  for (const { address, facts } of flow.places) answers.push(await answerOf(recorded, address, facts));
  return { answers };
}

async function answerOf(recorded: Recorded, address: string, facts: readonly FragmentFact[]): Promise<Answer> {
  const { order, spec, seed } = recorded;
  const notSent = facts.find((fact) => fact.kind === "unsent");
  const at = readIpLiteral(address);
  if (notSent !== undefined)
    return { ...(at === undefined ? {} : { address }), ...unsent(notSent.cause, notSent.text) };
  if (at === undefined) return unsent("internal", "the fragment has an address that is none");
  const home = readIpLiteral(order.target) === undefined ? recorded.whyHome(order.target, address) : undefined;
  if (home !== undefined) return { address, ...unsent("name-leads-home", home) };
  const name = readIpLiteral(order.target) === undefined ? { name: order.target } : {};
  const sockets = recordedSockets(facts, numbersOf(seed, order.number));
  const place = {
    address: at.text,
    family: at.family,
    ...name,
    timeoutMs: momentMs,
    signal: new AbortController().signal,
    sockets,
  };
  const context = { ...place, careful: order.isCareful };
  const quiet = facts.find((fact) => fact.kind === "quiet");
  try {
    if (spec.kind === "tcp")
      return { address, ...(await seenOverTcp(order, spec, facts, context, secondOf(recorded, address))) };
    const isSilent = quiet !== undefined && facts.every(({ kind }) => kind === "quiet");
    if (isSilent) {
      const waitedMs = quiet.afterUs / 1_000;
      return {
        address,
        outcome: { kind: "silent", waitedMs },
        evidence: quiet.step > 1 && waitedMs >= secondSynMs ? { tries: 2 } : {},
      };
    }
    const { outcome, evidence } = await probe(asSent(spec, facts) as never, context);
    if (outcome.kind !== "silent") return { address, outcome, evidence };
    return { address, outcome: { kind: "silent", waitedMs: (quiet?.afterUs ?? 0) / 1_000 }, evidence };
  } catch (error) {
    const detail = `what the script saw could not be read: ${error instanceof Error ? error.message : String(error)}`;
    return { address, ...unsent("internal", detail) };
  }
}

/** A script's community stays there: it is blanked out of answers, and what an agent made of another stays as it is. */
function asSent(spec: PlannedProbeSpec, facts: readonly FragmentFact[]): ProbeSpec {
  if (spec.kind !== "snmp") return spec;
  const { credentials, port } = spec;
  if (credentials.version === "discovery" || credentials.version === "3")
    return { kind: "snmp", port, credentials: { version: "discovery" } };
  const blank = facts
    .flatMap((fact) => (fact.kind === "datagram" ? [decodeSnmpMessage(Buffer.from(fact.bytes, "hex"))] : []))
    .map((message) => Buffer.from(message?.community ?? []).toString("latin1"))
    .find((community) => /^\*+$/.test(community));
  return { kind: "snmp", port, credentials: { version: credentials.version, community: blank ?? "*" } };
}

/** The steps of the second connection, and what happened there. */
function secondOf({ more }: Recorded, address: string): Second | undefined {
  const facts = more?.flow?.places.find((place) => place.address === address)?.facts;
  return more === undefined || facts === undefined ? undefined : { steps: more.order.steps, facts };
}
