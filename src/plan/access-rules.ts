import type { AccessEnd, AccessEvidence, AccessRule } from "../model/firewall/access-rule.ts";
import type { Flow, Plan } from "../model/flow.ts";
import { type AddressedNode, openSources, summarise, type WrittenNetwork } from "./access-ends.ts";
import { type AccessPacket, packetsOf } from "./access-packets.ts";

/** What rules are made of, besides the flows themselves. */
export interface RuleMatter {
  plan: Plan;
  nodes: readonly AddressedNode[];
  networks: readonly WrittenNetwork[];
  /** What a run saw, by the id of the flow. */
  evidence: ReadonlyMap<string, AccessEvidence>;
  /** One rule for each source, address and port where false. */
  isGrouped: boolean;
}

/** Sources that send the same, with what they send. */
interface Batch {
  packets: AccessPacket[];
  sources: AccessEnd[];
  destinations: AccessEnd[];
}

/**
 * The rules that flows need: equal packets of several flows are one, then the destinations of each source and port are
 * joined, then the sources that reach the same destinations. No rule allows a pair that no flow needs.
 */
export function accessRules(flows: readonly Flow[], matter: RuleMatter): AccessRule[] {
  const packets = packetsOf(matter.plan, flows, matter.evidence);
  const groups = openGroups(packets);
  const sourceOf = openSources(matter.nodes);
  const kindOf = (packet: AccessPacket): string =>
    [packet.family, packet.protocol, packet.port, groups.shapeOf(packet), ...packet.purposes.map(purposeId)].join("\n");
  const batches = matter.isGrouped ? join(packets, kindOf, sourceOf) : packets.map((one) => single(one, sourceOf));
  const order = new Map(matter.plan.sections.map(({ id }, at) => [id, at]));
  const ruleOf = (batch: Batch): AccessRule[] => {
    const [first] = batch.packets;
    if (first === undefined) return [];
    const { family, protocol, port, purposes } = first;
    const oneOf = groups.of(batch.packets);
    return [
      {
        family,
        sources: summarise(batch.sources, matter.isGrouped ? matter.networks : []),
        destinations: summarise(batch.destinations, matter.isGrouped ? matter.networks : []),
        protocol,
        ...(port === undefined ? {} : { port }),
        purposes,
        ...(oneOf === undefined ? {} : { oneOf }),
        evidence: joinEvidence(batch.packets.flatMap(({ evidence }) => evidence)),
        flows: batch.packets.flatMap((packet) => packet.flows),
      },
    ];
  };
  const place = ({ purposes, port = 65_536 }: AccessRule): number =>
    (order.get(purposes[0]?.section.id ?? "") ?? order.size) * 100_000 + port;
  return batches.flatMap(ruleOf).toSorted((a, b) => place(a) - place(b));
}

const purposeId = ({ section, requirement, service, why, feature }: AccessPacket["purposes"][number]): string =>
  [section.id, requirement, service, why, feature].join("/");

type SourceOf = ReturnType<typeof openSources>;

const single = (packet: AccessPacket, sourceOf: SourceOf): Batch => ({
  packets: [packet],
  sources: [sourceOf(packet.from, packet.family)],
  destinations: [{ name: packet.to, addresses: [packet.address] }],
});

function join(packets: readonly AccessPacket[], kindOf: (packet: AccessPacket) => string, sourceOf: SourceOf): Batch[] {
  const bySource = new Map<string, AccessPacket[]>();
  for (const packet of packets) push(bySource, [kindOf(packet), packet.from].join("\n\n"), packet);
  const byTargets = new Map<string, AccessPacket[][]>();
  for (const own of bySource.values()) {
    const [first] = own;
    if (first === undefined) continue;
    const targets = own.map(({ to, address }) => `${to} ${address}`).toSorted();
    push(byTargets, [kindOf(first), ...targets].join("\n\n"), own);
  }
  return [...byTargets.values()].map((sameTargets) => ({
    packets: sameTargets.flat(),
    sources: sameTargets.flatMap(([first]) => (first === undefined ? [] : [sourceOf(first.from, first.family)])),
    destinations: joinAddresses(sameTargets[0] ?? []),
  }));
}

function joinAddresses(packets: readonly AccessPacket[]): AccessEnd[] {
  const byName = new Map<string, string[]>();
  for (const { to, address } of packets) push(byName, to, address);
  return Array.from(byName, ([name, addresses]) => ({ name, addresses }));
}

function push<Thing>(map: Map<string, Thing[]>, key: string, thing: Thing): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [thing]);
  else known.push(thing);
}

/** Flows that saw the same are told once. */
function joinEvidence(all: readonly AccessEvidence[]): AccessEvidence[] {
  const byLook = new Map<string, AccessEvidence>();
  for (const one of all) {
    const { outcome, reporter, icmpCode, trace: { conclusion } = {} } = one;
    const place = conclusion && [conclusion.kind, conclusion.last, conclusion.next, conclusion.by];
    const key = JSON.stringify([outcome, reporter, icmpCode, place]);
    const known = byLook.get(key);
    const isLater = known === undefined || one.at > known.at;
    const flows = [...(known?.flows ?? []), ...one.flows];
    byLook.set(key, { ...one, at: isLater ? one.at : known.at, flows });
  }
  return [...byLook.values()];
}

/**
 * Names the groups of alternatives. Rules of one group have one name: packets that share an alternative with each other
 * belong together, however many sources have it.
 */
function openGroups(packets: readonly AccessPacket[]) {
  const services = new Map<string, Set<string>>();
  const nameOf = ({ protocol, port }: AccessPacket): string => (port === undefined ? protocol : `${port}/${protocol}`);
  for (const packet of packets) {
    for (const key of packet.alternatives) {
      const known = services.get(key) ?? new Set<string>();
      services.set(key, known.add(nameOf(packet)));
    }
  }
  const isChoice = (key: string): boolean => (services.get(key)?.size ?? 0) > 1;
  const choicesOf = (packet: AccessPacket): string[] =>
    packet.isNeededAnyway ? [] : packet.alternatives.filter(isChoice);
  const shapeOf = (packet: AccessPacket): string =>
    [...new Set(choicesOf(packet).flatMap((key) => [...(services.get(key) ?? [])]))].join(" ");
  const names = new Map<string, string>();
  const of = (batch: readonly AccessPacket[]): AccessRule["oneOf"] => {
    const keys = [...new Set(batch.flatMap(choicesOf))].toSorted();
    if (keys.length === 0) return undefined;
    const known = keys.map((key) => names.get(key)).find((name) => name !== undefined);
    const group = known ?? `${new Set(names.values()).size + 1}`;
    for (const key of keys) if (!names.has(key)) names.set(key, group);
    return { group, services: [...new Set(keys.flatMap((key) => [...(services.get(key) ?? [])]))] };
  };
  return { shapeOf, of };
}
