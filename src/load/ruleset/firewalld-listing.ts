import type { RuleCondition, Ruleset, RulesetChain, RulesetRule } from "../../model/firewall/ruleset.ts";
import { blocksOf, type FirewalldBlock } from "./firewalld-blocks.ts";
import { zoneRules } from "./firewalld-zone.ts";

/** True for what firewall-cmd and firewall-offline-cmd print about zones. */
export const isFirewalldListing = (text: string): boolean =>
  /^ {2}target: \S/m.test(text) && /^ {2}icmp-block-inversion: /m.test(text);

/**
 * Reads `firewall-cmd --list-all-zones`, with `--list-all` in front of it by which the default zone is known, and with
 * `--info-service` of services that are not known here. One zone alone is taken for that of all peers. The order of what a
 * zone asks is that of docs/notes/firewall-tools.md#what-firewalld-asks-and-in-which-order.
 */
export function readFirewalldListing(text: string): Ruleset {
  const blocks = blocksOf(text);
  const services = new Map(blocks.filter(({ has }) => has("modules")).map((block) => [block.name, block]));
  const listed = blocks.filter(({ has }) => has("target") && has("icmp-block-inversion"));
  const isAgain = (block: FirewalldBlock) => listed.filter(({ name }) => name === block.name).length > 1;
  const byDefault = listed.find(({ marks }) => marks.includes("default")) ?? listed.find(isAgain);
  const zones = [...new Map(listed.map((block) => [block.name, block])).values()];
  const policies = blocks
    .filter(({ has, name }) => has("ingress-zones") && name !== "allow-host-ipv6")
    .map(({ name }): RulesetRule => ({ text: `policy ${name}`, conditions: [], action: { kind: "unread" } }));
  const enter = (zone: FirewalldBlock, conditions: RuleCondition[]): RulesetRule => ({
    text: `zone ${zone.name}`,
    conditions,
    action: { kind: "goto", chain: zone.name },
  });
  const bySource = zones.flatMap((zone) =>
    zone.words("sources").map((source) => enter(zone, [{ what: "source", not: false, values: [source] }])),
  );
  const byDevice = zones.flatMap((zone) => {
    const devices = zone.words("interfaces").filter((device) => device !== "lo");
    return devices.length === 0 ? [] : [enter(zone, [{ what: "interface", not: false, values: devices }])];
  });
  const rest = zones.length === 1 ? zones[0] : byDefault;
  const unknown: RulesetRule = {
    text: "the default zone, which this listing does not name (put `firewall-cmd --list-all` in front of it)",
    conditions: [],
    action: { kind: "unread" },
  };
  const input: RulesetChain = {
    family: "inet",
    table: "firewalld",
    name: "input",
    hook: { name: "input", priority: 0, policy: "drop" },
    rules: [
      {
        text: "loopback",
        conditions: [{ what: "interface", not: false, values: ["lo"] }],
        action: { kind: "accept" },
      },
      ...policies,
      ...bySource,
      ...byDevice,
      rest === undefined ? unknown : enter(rest, []),
    ],
  };
  const chains = zones.map((zone): RulesetChain => ({
    family: "inet",
    table: "firewalld",
    name: zone.name,
    rules: zoneRules(zone, services),
  }));
  return { tool: "firewalld", families: [4, 6], chains: [input, ...chains] };
}
