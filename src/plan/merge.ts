import type { Flow, Probe } from "../model/flow.ts";
import { sortById } from "../model/order.ts";
import { InputError } from "../model/text/problem.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { Expectation } from "../model/verdict.ts";
import type { Draft } from "./expand.ts";

/**
 * Joins drafts that need the same packet into one probe, and names that probe in their flows. `senderOf` names the
 * machine that sends for a node: nodes that share a machine share the packet. Drafts with the same flow id are one
 * flow; an InputError if they contradict each other. Both lists come sorted by id.
 */
export function merge(
  drafts: readonly Draft[],
  senderOf: (node: string) => string,
): { flows: Flow[]; probes: Probe[] } {
  const tailOf = openTails();
  // Joined at once: a template of as many parts would keep each of them until somebody reads it.
  const probeKey = ({ flow: { from, address }, spec }: Draft): string =>
    [senderOf(from), "->", address, tailOf(spec)].join("");
  const asked = servicesAsked(drafts, probeKey);
  const distinct = withoutTwins(drafts);
  const probes = new Map<string, Probe>();
  for (const draft of distinct.drafts) {
    const { flow, spec } = draft;
    const place = probeKey(draft);
    const service = namedService(spec) ?? asked.get(place);
    const id = service === undefined ? place : [place, service].join("/");
    const known = probes.get(id);
    const probe = known === undefined ? newProbe(id, draft) : joined(known, draft);
    if (probe !== known) probes.set(id, probe);
    flow.probe = probe.id;
  }
  return { flows: distinct.flows, probes: sortById([...probes.values()]) };
}

/** Drafts of which no two have the same flow id, in their order, and their flows sorted by it. */
function withoutTwins(drafts: readonly Draft[]): { drafts: readonly Draft[]; flows: Flow[] } {
  const flows = sortById(drafts.map(({ flow }) => flow));
  if (!flows.some(({ id }, at) => id === flows[at - 1]?.id)) return { drafts, flows };
  const first = new Map<string, Draft>();
  for (const draft of drafts) {
    const twin = first.get(draft.flow.id);
    if (twin === undefined || asksMore(draft, twin)) first.set(draft.flow.id, draft);
    // What one entry accepts for a node is accepted, although another one names its group.
    if (twin !== undefined && (draft.flow.accepts ?? twin.flow.accepts) !== undefined)
      draft.flow.accepts = twin.flow.accepts = "unverifiable";
    if (twin !== undefined && twin.flow.expect !== draft.flow.expect) throw contradiction(draft.flow);
  }
  const distinct = [...first.values()];
  return { drafts: distinct, flows: sortById(distinct.map(({ flow }) => flow)) };
}

/** A node may be named by one entry and its group by another: the one that asks for a service is kept. */
function asksMore(draft: Draft, twin: Draft): boolean {
  const serviceOf = ({ spec }: Draft): ServiceSpec | undefined => (spec.kind === "tcp" ? spec.service : undefined);
  return serviceOf(draft) !== undefined && serviceOf(twin) === undefined;
}

function contradiction({ from, to, protocol, port }: Draft["flow"]): InputError {
  const service = port === undefined ? protocol : `${port}/${protocol}`;
  const message = `${service} from ${from} to ${to} is required to be open by one entry and to be blocked by another`;
  return new InputError([
    { file: "requirements", message: `${message}; keep one, or give one of them an id of its own` },
  ]);
}

const serviceId = ({ name, site, through }: ServiceSpec): string =>
  [name, ...(site === undefined ? [] : [site]), ...(through === undefined ? [] : [through.host, through.port])].join(
    "/",
  );

/** The service that somebody named. One that is only assumed to listen there gives way to it, and is no id of its own. */
function namedService(spec: Probe["spec"]): string | undefined {
  const isNamed = spec.kind === "tcp" && spec.service !== undefined && spec.service.assumed !== true;
  return isNamed && spec.service !== undefined ? serviceId(spec.service) : undefined;
}

/** By place: the service that is asked there, if any. A flow that wants no more than a handshake shares its connection. */
function servicesAsked(drafts: readonly Draft[], probeKey: (draft: Draft) => string): ReadonlyMap<string, string> {
  const asked = new Map<string, string>();
  for (const draft of drafts) {
    const service = namedService(draft.spec);
    if (service === undefined) continue;
    const place = probeKey(draft);
    const known = asked.get(place);
    if (known === undefined || service < known) asked.set(place, service);
  }
  return asked;
}

/**
 * The part of a probe's id that says what is sent; written once for all that send the same. A TCP connection that also
 * sends a request is the same packet exchange as a bare one to that port, and safer.
 */
function openTails(): (spec: Probe["spec"]) => string {
  const known = new Map<Probe["spec"], string>();
  const write = (spec: Probe["spec"]): string => {
    const port = spec.kind === "icmp" ? [] : [spec.port];
    const payload = spec.kind === "udp" && spec.payload !== "empty" ? [spec.payload] : [];
    const credentials = spec.kind === "snmp" ? [JSON.stringify(spec.credentials)] : [];
    return ["", spec.kind, ...port, ...payload, ...credentials].join("/");
  };
  return (spec) => {
    const tail = known.get(spec) ?? write(spec);
    known.set(spec, tail);
    return tail;
  };
}

const alone: Readonly<Record<Expectation, readonly Expectation[]>> = { open: ["open"], blocked: ["blocked"] };

function newProbe(id: string, { flow, spec, mayConfirm, timeoutMs }: Draft): Probe {
  const { from, address: target, expect } = flow;
  return { id, from, target, spec, expectations: alone[expect], mayConfirm, timeoutMs };
}

function joined(known: Probe, { flow, spec, mayConfirm, timeoutMs }: Draft): Probe {
  const isExpected = known.expectations.includes(flow.expect);
  return {
    ...known,
    spec: weightOf(spec) > weightOf(known.spec) ? spec : known.spec,
    expectations: isExpected ? known.expectations : [...known.expectations, flow.expect],
    mayConfirm: known.mayConfirm && mayConfirm,
    timeoutMs: timeoutMs === undefined ? known.timeoutMs : Math.max(timeoutMs, known.timeoutMs ?? 0),
  };
}

/** Of two questions the one that tells more is asked; the first of equals. */
function weightOf(spec: Probe["spec"]): number {
  if (spec.kind !== "tcp" || (spec.request ?? spec.service) === undefined) return 0;
  return spec.service?.assumed === true ? 1 : 2;
}
