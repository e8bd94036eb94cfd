import type { Flow, PlannedSnmp, Probe } from "../model/flow.ts";
import { InputError } from "../model/problem.ts";
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
  const nameCredentials = openCredentialNames();
  const placeOf = ({ flow, spec }: Draft): string => probeId(senderOf(flow.from), flow.address, spec, nameCredentials);
  const asked = servicesAsked(drafts, placeOf);
  const flows = new Map<string, Flow>();
  const probes = new Map<string, Probe>();
  for (const draft of drafts) {
    const { flow, spec, mayConfirm } = draft;
    const twin = flows.get(flow.id);
    if (twin !== undefined && twin.expect !== flow.expect) throw contradiction(flow);
    if (twin !== undefined) continue;
    const place = placeOf(draft);
    const service = spec.kind === "tcp" && spec.service !== undefined ? serviceId(spec.service) : asked.get(place);
    const id = service === undefined ? place : [place, service].join("/");
    const known = probes.get(id);
    const probe = known === undefined ? newProbe(id, flow, spec, mayConfirm) : joined(known, flow, spec, mayConfirm);
    if (probe !== known) probes.set(id, probe);
    flow.probe = probe.id;
    flows.set(flow.id, flow);
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
function servicesAsked(drafts: readonly Draft[], placeOf: (draft: Draft) => string): ReadonlyMap<string, string> {
  const asked = new Map<string, string>();
  for (const draft of drafts) {
    const { spec } = draft;
    if (spec.kind !== "tcp" || spec.service === undefined) continue;
    const place = placeOf(draft);
    const service = serviceId(spec.service);
    const known = asked.get(place);
    if (known === undefined || service < known) asked.set(place, service);
  }
  return asked;
}

/** Credentials as a part of a probe's id; many hosts have the same, so each is written out once. */
function openCredentialNames(): (credentials: PlannedSnmp) => string {
  const names = new Map<PlannedSnmp, string>();
  return (credentials) => {
    const name = names.get(credentials) ?? JSON.stringify(credentials);
    names.set(credentials, name);
    return name;
  };
}

/** A TCP connection that also sends a request is the same packet exchange as a bare one to that port, and safer. */
function probeId(
  sender: string,
  target: string,
  spec: Probe["spec"],
  nameCredentials: (credentials: PlannedSnmp) => string,
): string {
  // Joined at once: a template of as many parts would keep each of them until somebody reads it.
  const id: (string | number)[] = [sender, "->", target, "/", spec.kind];
  if (spec.kind !== "icmp") id.push("/", spec.port);
  if (spec.kind === "udp" && spec.payload !== "empty") id.push("/", spec.payload);
  if (spec.kind === "snmp") id.push("/", nameCredentials(spec.credentials));
  return id.join("");
}

const alone: Readonly<Record<Expectation, readonly Expectation[]>> = { open: ["open"], blocked: ["blocked"] };

function newProbe(id: string, flow: Draft["flow"], spec: Probe["spec"], mayConfirm: boolean): Probe {
  return { id, from: flow.from, target: flow.address, spec, expectations: alone[flow.expect], mayConfirm };
}

function joined(known: Probe, flow: Draft["flow"], spec: Probe["spec"], mayConfirm: boolean): Probe {
  const hasRequest = known.spec.kind === "tcp" && (known.spec.request ?? known.spec.service) !== undefined;
  const isExpected = known.expectations.includes(flow.expect);
  return {
    ...known,
    spec: hasRequest ? known.spec : spec,
    expectations: isExpected ? known.expectations : [...known.expectations, flow.expect],
    mayConfirm: known.mayConfirm && mayConfirm,
  };
}

function sorted<Thing extends { id: string }>(things: ReadonlyMap<string, Thing>): Thing[] {
  return [...things.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)); // no two have the same id
}
