import { createHash } from "node:crypto";
import { readIpLiteral } from "../../model/address/ip-literal.ts";
import type { Plan, PlannedSnmp, Probe } from "../../model/flow.ts";
import type { ScriptAsked, ScriptOrder, ScriptPlan, ScriptStep } from "../../model/script.ts";
import { serviceRecord } from "../../model/service.ts";
import { idOf } from "../snmp/exchange.ts";
import { encodeDnsQuery } from "../../wire/dns.ts";
import { encodeNtpRequest } from "../../wire/ntp.ts";
import { encodeSnmpGetPdu } from "../../wire/snmp/get.ts";
import { encodeSnmpDiscovery } from "../../wire/snmp/v3.ts";
import { captureSteps } from "./capture.ts";
import { numbersOf } from "./numbers.ts";

/** What a script is made of besides the plan. */
export interface ScriptOptions {
  version: string;
  seed: string;
  /** How long to wait where the topology says nothing else. */
  timeoutMs: number;
  /** What it looks up on its own machine, as a script has it that is written again; absent: what the plan asks of the node. */
  asked?: ScriptAsked | "nothing";
}

/** So many ports of its own does a script look up. */
const mostAsked = 1_000;

const longestReplyMs = 1_500;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Everything that a node has to send, as the orders of its script; none if nothing starts there. */
export async function scriptPlanOf(plan: Plan, node: string, options: ScriptOptions): Promise<ScriptPlan> {
  const { version, seed, timeoutMs } = options;
  const probes = plan.probes.filter(({ from }) => from === node).toSorted(byId);
  const flows = new Map<string, string[]>();
  for (const { probe, id, from } of plan.flows) if (from === node) flows.set(probe, [...(flows.get(probe) ?? []), id]);
  const orders: ScriptOrder[] = [];
  for (const probe of probes) {
    const { more = [], ...order } = await orderOf(probe, orders.length + 1, flows.get(probe.id) ?? [], options);
    orders.push(order);
    for (const steps of more)
      orders.push({
        ...order,
        number: orders.length + 1,
        words: `the same service once more: ${inWords(steps)}`,
        steps,
      });
  }
  const asked = options.asked === "nothing" ? undefined : (options.asked ?? askedOf(plan, node));
  const hash = hashOf(probes, flows);
  return { version, seed, timeoutMs, node, plan: hash, orders, ...(asked === undefined ? {} : { asked }) };
}

/** The ports of a node that others ask, and the addresses at which they do. */
function askedOf(plan: Plan, node: string): ScriptAsked | undefined {
  const asked = plan.flows.filter(({ to, from, expect }) => to === node && from !== node && expect === "open");
  const ports = asked.flatMap(({ protocol, port }) => (port === undefined ? [] : [`${protocol}/${port}`]));
  if (ports.length === 0) return undefined;
  const probes = new Set(asked.map(({ probe }) => probe));
  const literals = plan.probes.flatMap(({ id, target }) => (probes.has(id) ? (readIpLiteral(target)?.text ?? []) : []));
  const least = (words: readonly string[]): string[] => [...new Set(words)].toSorted().slice(0, mostAsked);
  return { ports: least(ports), addresses: least(literals.filter((text) => !text.includes("%"))) };
}

const byId = (one: Probe, other: Probe): number => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

function hashOf(probes: readonly Probe[], flows: ReadonlyMap<string, readonly string[]>): string {
  const lines = probes.map(({ id, target, spec, mayConfirm, timeoutMs }) =>
    JSON.stringify([id, target, spec, mayConfirm, timeoutMs ?? 0, flows.get(id)?.toSorted()]),
  );
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

async function orderOf(
  { id: probe, target, spec, mayConfirm, timeoutMs }: Probe,
  number: number,
  flows: readonly string[],
  options: ScriptOptions,
): Promise<ScriptOrder & { more?: ScriptStep[][] }> {
  const waitMs = Math.ceil(timeoutMs ?? options.timeoutMs);
  const order = {
    number,
    probe,
    flows,
    target: readIpLiteral(target)?.text ?? target,
    timeoutMs: waitMs,
    isCareful: !mayConfirm,
  };
  if (spec.kind === "icmp") return { ...order, protocol: "icmp", words: "one echo, by the program ping", steps: [] };
  const { port } = spec;
  if (spec.kind === "udp") {
    const numbers = numbersOf(options.seed, number);
    const isOnce = spec.payload === "empty" && !mayConfirm;
    const datagram = (): ScriptStep => ({ do: "say", bytes: hex(payloads[spec.payload](numbers)) });
    const words = spec.payload === "empty" ? "an empty datagram" : `a question in ${spec.payload.toUpperCase()}`;
    return { ...order, port, protocol: "udp", words, steps: isOnce ? [datagram()] : [datagram(), datagram()] };
  }
  if (spec.kind === "snmp")
    return {
      ...order,
      port,
      protocol: "udp",
      ...snmpSteps(spec.credentials, !mayConfirm, numbersOf(options.seed, number)),
    };
  const tcp = { ...order, port, protocol: "tcp" as const };
  if (spec.request !== undefined) {
    const said: ScriptStep = { do: "say", bytes: hex(Buffer.from(spec.request)) };
    const steps: ScriptStep[] = [said, { do: "shut" }, { do: "hear", forMs: longestReplyMs }];
    return { ...tcp, words: "the request that the topology names", steps };
  }
  if (spec.service === undefined) return { ...tcp, words: "a handshake, ended at once", steps: [] };
  const literal = readIpLiteral(target);
  const [steps = [], ...more] = await captureSteps(spec.service, {
    address: literal?.text ?? "0.0.0.0",
    name: literal === undefined ? target : undefined,
    port,
    timeoutMs: waitMs,
    random: createHash("sha256").update(`${options.seed} ${number} hello`).digest(),
  });
  return { ...tcp, words: `${serviceRecord(spec.service.name).label}: ${inWords(steps)}`, steps, more };
}

const payloads = {
  empty: () => new Uint8Array(0),
  dns: (numbers: ReturnType<typeof numbersOf>) => {
    const [high = 0, low = 0] = numbers(2);
    return encodeDnsQuery((high << 8) | low);
  },
  ntp: (numbers: ReturnType<typeof numbersOf>) => encodeNtpRequest(numbers(8)),
} as const;

/** As a live probe does it (`probe/snmp/community.ts`, `engine.ts`), each with the number that it would have there. */
function snmpSteps(
  snmp: PlannedSnmp,
  isCareful: boolean,
  numbers: ReturnType<typeof numbersOf>,
): Pick<ScriptOrder, "words" | "steps" | "unsent" | "communityFrom"> {
  const discovery = (isAside: boolean): ScriptStep => ({
    do: "say",
    bytes: hex(encodeSnmpDiscovery(idOf(numbers(4)))),
    ...(isAside ? { isAside } : {}),
  });
  if (snmp.version === "discovery") {
    return { words: "SNMP: is there an engine of version 3", steps: [discovery(false), discovery(false)] };
  }
  if (snmp.version === "3") {
    const unsent = "a script does not log in as a user of SNMP version 3";
    return { words: unsent, steps: [], unsent };
  }
  const get = (version: 0 | 1): ScriptStep => ({ do: "get", version, pdu: hex(encodeSnmpGetPdu(idOf(numbers(4)))) });
  const own = snmp.version === "1" ? 0 : 1;
  const steps = [get(own), discovery(true), get(own), ...(own === 1 && !isCareful ? [get(0)] : [])];
  const communityFrom = "env" in snmp.community ? snmp.community.env : "SNMP_COMMUNITY";
  return {
    words: `SNMP: three objects of version ${snmp.version}, and whether there is an engine`,
    steps,
    communityFrom,
  };
}

/** What is said, as far as it is text. */
function inWords(steps: readonly ScriptStep[]): string {
  const said = steps.flatMap((step) => {
    if (step.do === "tls") return [step.name === undefined ? "TLS" : `TLS for ${step.name}`];
    if (step.do !== "say") return [];
    const [line = ""] = Buffer.from(step.bytes, "hex")
      .toString("latin1")
      .split(/[\r\n]/);
    const shown = line.length > 80 ? `${line.slice(0, 77)}...` : line;
    return [/^[\x20-\x7e]{3,}$/.test(line) ? `says ${shown}` : `says ${step.bytes.length / 2} bytes`];
  });
  return said.length === 0 ? "listens and says nothing" : said.join(", ");
}
