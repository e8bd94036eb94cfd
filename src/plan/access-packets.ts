import type { AccessEvidence, AccessFamily, AccessPurpose } from "../model/firewall/access-rule.ts";
import { readIpLiteral, withoutZone } from "../model/address/ip-literal.ts";
import type { Flow, Plan } from "../model/flow.ts";
import { isNumbered } from "../model/section.ts";
import type { Transport } from "../model/verdict.ts";

/** What one source sends to one address of a target, for all flows that need it. */
export interface AccessPacket {
  from: string;
  to: string;
  family: AccessFamily;
  /** The target's address, as the topology writes it. */
  address: string;
  protocol: Transport;
  port: number | undefined;
  purposes: AccessPurpose[];
  /** Groups of alternatives that its flows belong to; empty as soon as one of its flows has no alternative. */
  alternatives: string[];
  isNeededAnyway: boolean;
  evidence: AccessEvidence[];
  flows: string[];
}

/** True for what never reaches a firewall between two machines: loopback, or a node that asks itself. */
export function staysOnNode({ from, to, address }: Flow): boolean {
  return from === to || readIpLiteral(address)?.kind === "loopback";
}

/** The family of the packets to an address; a name may be either. */
export function familyOf(address: string): AccessFamily {
  const literal = readIpLiteral(address);
  if (literal === undefined) return "name";
  return literal.family === 4 ? "IPv4" : "IPv6";
}

/** Joins flows that need the same packet, in the order of the flows. */
export function packetsOf(
  plan: Plan,
  flows: readonly Flow[],
  evidence: ReadonlyMap<string, AccessEvidence>,
): AccessPacket[] {
  const purposeOf = openPurposes(plan);
  const packets = new Map<string, AccessPacket>();
  for (const flow of flows) {
    const { from, to, protocol, port } = flow;
    const address = withoutZone(flow.address);
    const key = [from, to, address, protocol, port].join(" ");
    const known = packets.get(key);
    const packet: AccessPacket = known ?? {
      from,
      to,
      family: familyOf(address),
      address,
      protocol,
      port,
      purposes: [],
      alternatives: [],
      isNeededAnyway: false,
      evidence: [],
      flows: [],
    };
    if (known === undefined) packets.set(key, packet);
    const purpose = purposeOf(flow);
    if (!packet.purposes.includes(purpose)) packet.purposes.push(purpose);
    if (flow.alternative === undefined) packet.isNeededAnyway = true;
    else packet.alternatives.push(flow.alternative);
    const seen = evidence.get(flow.id);
    if (seen !== undefined) packet.evidence.push(seen);
    packet.flows.push(flow.id);
  }
  return [...packets.values()];
}

/** Gives the purpose of a flow; flows of one requirement share one object. */
function openPurposes({ sections, catalog }: Plan): (flow: Flow) => AccessPurpose {
  const known = new Map<string, AccessPurpose>();
  const byId = new Map(sections.map((section) => [section.id, section]));
  return (flow) => {
    const { section: id, requirement, service, purpose: why, enabledBy } = flow;
    const key = [id, requirement, service, why, enabledBy].join("\n");
    const same = known.get(key);
    if (same !== undefined) return same;
    const section = byId.get(id);
    const purpose: AccessPurpose = {
      requirement,
      service,
      why,
      section: { id, title: section?.title.en ?? id },
      ...(section !== undefined && isNumbered(id) ? { link: `${catalog.url}#${section.anchor}` } : {}),
      ...(enabledBy === undefined ? {} : { feature: enabledBy }),
    };
    known.set(key, purpose);
    return purpose;
  };
}
