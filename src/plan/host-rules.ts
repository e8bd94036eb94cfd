import type { AccessEnd, AccessRule } from "../model/firewall/access-rule.ts";
import { withoutZone } from "../model/address/ip-literal.ts";
import type { Flow } from "../model/flow.ts";
import type { HostRule, HostRules, UnwrittenRule } from "../model/firewall/host-rule.ts";
import { familyOf, staysOnNode } from "./access-packets.ts";
import { accessRules, type RuleMatter } from "./access-rules.ts";

/** What a node's rules are made of. */
export interface HostRuleMatter extends Pick<RuleMatter, "plan" | "nodes" | "networks"> {
  node: string;
  /** Also what the node must send. */
  hasOutbound: boolean;
  /** Addresses of DNS names, as far as they were looked up. */
  resolved: ReadonlyMap<string, readonly string[]>;
}

/** What a node's own firewall must let through for the flows that are needed; loopback comes last. */
export function hostRules(matter: HostRuleMatter): HostRules {
  const { node, plan, hasOutbound } = matter;
  const open = plan.flows.filter(({ expect }) => expect === "open");
  const away = open.filter((flow) => !staysOnNode(flow));
  const own = open.filter((flow) => staysOnNode(flow) && flow.from === node);
  const directions = hasOutbound ? (["in", "out"] as const) : (["in"] as const);
  const rules: HostRule[] = [];
  const unwritten: UnwrittenRule[] = [];
  for (const direction of directions) {
    const flows = away.filter(({ from, to }) => (direction === "in" ? to : from) === node);
    for (const rule of rulesOf(flows, matter)) write(rule, direction, matter, { rules, unwritten });
    rules.push(...rulesOf(own, matter).flatMap((rule) => overLoopback(rule, direction)));
  }
  const distinct = new Map(unwritten.map((one) => [JSON.stringify(one), one]));
  return { node, rules, unwritten: [...distinct.values()] };
}

const rulesOf = (flows: readonly Flow[], matter: HostRuleMatter): AccessRule[] =>
  accessRules(flows, { ...matter, evidence: new Map(), isGrouped: true });

type Kind = Pick<HostRule, "protocol" | "purposes" | "requirements"> & { port?: number };

function kindOf({ protocol, port, purposes }: AccessRule): Kind {
  return {
    protocol,
    ...(port === undefined ? {} : { port }),
    purposes: [
      ...new Set(purposes.map(({ section, requirement, service }) => `${section.id} ${requirement}: ${service}`)),
    ],
    requirements: [...new Set(purposes.map(({ requirement }) => requirement))],
  };
}

function write(
  rule: AccessRule,
  direction: HostRule["direction"],
  { resolved }: HostRuleMatter,
  result: { rules: HostRule[]; unwritten: UnwrittenRule[] },
): void {
  const kind = kindOf(rule);
  const service = rule.port === undefined ? rule.protocol : `${rule.port}/${rule.protocol}`;
  const ends = direction === "in" ? rule.sources : rule.destinations;
  const literals = ends.flatMap(({ name, addresses }) => {
    if (addresses.length === 0) result.unwritten.push({ direction, peer: name, service });
    return addresses.flatMap((address) => {
      const found = familyOf(address.replace(/\/\d+$/, "")) === "name" ? (resolved.get(address) ?? []) : [address];
      if (found.length === 0) result.unwritten.push({ direction, peer: name, name: address, service });
      return found.map((one) => ({ name, address: withoutZone(one) }));
    });
  });
  for (const family of [4, 6] as const) {
    const isMeant = rule.family === "name" || rule.family === `IPv${family}`;
    const peers = literals.filter(({ address }) => isMeant && literalFamily(address) === family);
    if (peers.length === 0) continue;
    const addresses = [...new Set(peers.map(({ address }) => address))];
    result.rules.push({
      ...kind,
      direction,
      family,
      peers: addresses,
      names: [...new Set(peers.map(({ name }) => name))],
      targets: direction === "out" ? addresses : ownAddresses(rule.destinations, family),
    });
  }
}

const literalFamily = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

const ownAddresses = (ends: readonly AccessEnd[], family: 4 | 6): string[] =>
  ends.flatMap(({ addresses }) =>
    addresses.filter((address) => familyOf(address) !== "name" && literalFamily(address) === family),
  );

function overLoopback(rule: AccessRule, direction: HostRule["direction"]): HostRule[] {
  const families = rule.family === "name" ? ([4, 6] as const) : [rule.family === "IPv4" ? (4 as const) : (6 as const)];
  return families.map((family) => ({
    ...kindOf(rule),
    direction,
    family,
    peers: [],
    names: [],
    targets: ownAddresses(rule.destinations, family),
  }));
}
