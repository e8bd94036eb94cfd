import type { Flow, Probe } from "../model/flow.ts";
import { InputError } from "../model/problem.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { Draft } from "./expand.ts";

/**
 * Joins drafts that need the same packet into one probe. `senderOf` names the machine that sends for a node: nodes
 * that share a machine share the packet. Drafts with the same flow id are one flow; an InputError if they contradict
 * each other. Both lists come sorted by id.
 */
export function merge(
  drafts: readonly Draft[],
  senderOf: (node: string) => string,
): { flows: Flow[]; probes: Probe[] } {
  const asked = servicesAsked(drafts, senderOf);
  const idOf = ({ from, address }: Draft["flow"], spec: Probe["spec"]): string => {
    const place = probeId(senderOf(from), address, spec);
    const service = spec.kind === "tcp" && spec.service !== undefined ? serviceId(spec.service) : asked.get(place);
    return service === undefined ? place : `${place}/${service}`;
  };
  const flows = new Map<string, Flow>();
  const probes = new Map<string, Probe>();
  for (const { flow, spec, mayConfirm } of drafts) {
    const twin = flows.get(flow.id);
    if (twin !== undefined && twin.expect !== flow.expect) throw contradiction(flow);
    if (twin !== undefined) continue;
    const id = idOf(flow, spec);
    const known = probes.get(id);
    probes.set(id, known === undefined ? newProbe(id, flow, spec, mayConfirm) : joined(known, flow, spec, mayConfirm));
    flows.set(flow.id, { ...flow, probe: id });
  }
  return { flows: sorted(flows), probes: sorted(probes) };
}

function contradiction({ from, to, protocol, port }: Draft["flow"]): InputError {
  const service = port === undefined ? protocol : `${port}/${protocol}`;
  const message = `${service} from ${from} to ${to} is required to be open by one entry and to be blocked by another`;
  return new InputError([
    { file: "requirements", message: `${message}; keep one, or give one of them an id of its own` },
  ]);
}

const serviceId = ({ name, site }: ServiceSpec): string => (site === undefined ? name : `${name}/${site}`);

/** By place: the service that is asked there, if any. A flow that wants no more than a handshake shares its connection. */
function servicesAsked(drafts: readonly Draft[], senderOf: (node: string) => string): ReadonlyMap<string, string> {
  const asked = new Map<string, string>();
  for (const { flow, spec } of drafts) {
    if (spec.kind !== "tcp" || spec.service === undefined) continue;
    const place = probeId(senderOf(flow.from), flow.address, spec);
    const service = serviceId(spec.service);
    const known = asked.get(place);
    if (known === undefined || service < known) asked.set(place, service);
  }
  return asked;
}

/** A TCP connection that also sends a request is the same packet exchange as a bare one to that port, and safer. */
function probeId(sender: string, target: string, spec: Probe["spec"]): string {
  const port = spec.kind === "icmp" ? [] : [spec.port];
  const payload = spec.kind === "udp" && spec.payload !== "empty" ? [spec.payload] : [];
  const credentials = spec.kind === "snmp" ? [JSON.stringify(spec.credentials)] : [];
  return [`${sender}->${target}`, spec.kind, ...port, ...payload, ...credentials].join("/");
}

function newProbe(id: string, flow: Draft["flow"], spec: Probe["spec"], mayConfirm: boolean): Probe {
  return { id, from: flow.from, target: flow.address, spec, expectations: [flow.expect], mayConfirm };
}

function joined(known: Probe, flow: Draft["flow"], spec: Probe["spec"], mayConfirm: boolean): Probe {
  const hasRequest = known.spec.kind === "tcp" && (known.spec.request ?? known.spec.service) !== undefined;
  return {
    ...known,
    spec: hasRequest ? known.spec : spec,
    expectations: known.expectations.includes(flow.expect) ? known.expectations : [...known.expectations, flow.expect],
    mayConfirm: known.mayConfirm && mayConfirm,
  };
}

function sorted<Thing extends { id: string }>(things: ReadonlyMap<string, Thing>): Thing[] {
  return [...things.values()].toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
