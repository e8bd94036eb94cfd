import type { RuleAction, RuleCondition, RulesetRule } from "../../model/firewall/ruleset.ts";
import type { FirewalldBlock } from "./firewalld-blocks.ts";
import { readRichRule, type RichRule } from "./firewalld-rich.ts";
import { portCondition, serviceConditions } from "./firewalld-services.ts";

/** What a zone asks, in firewalld's order: early rich rules, what denies, what allows, late rich rules, the target. */
export function zoneRules(zone: FirewalldBlock, services: ReadonlyMap<string, FirewalldBlock>): RulesetRule[] {
  const rich = zone.lines("rich rules").map((line) => ({ line, rule: readRichRule(line) }));
  const of = (isWanted: (rule: RichRule) => boolean): RulesetRule[] =>
    rich
      .filter(({ rule }) => isWanted(rule))
      .toSorted((one, other) => one.rule.priority - other.rule.priority)
      .flatMap(({ line, rule }) => richRules(line, rule, zone, services));
  const named = (text: string, conditions: readonly RuleCondition[], action: RuleAction): RulesetRule => ({
    text: `zone ${zone.name}: ${text}`,
    conditions,
    action,
  });
  const accept: RuleAction = { kind: "accept" };
  const allowed = [
    ...zone
      .words("services")
      .flatMap((name) => serviceConditions(name, services).map((one) => named(`service ${name}`, one, accept))),
    ...zone.words("ports").map((port) => named(`port ${port}`, portCondition(port), accept)),
    ...zone.words("protocols").map((protocol) => named(`protocol ${protocol}`, [protocolCondition(protocol)], accept)),
    ...zone.words("source-ports").map((port) => {
      const [, transport = ""] = port.split("/");
      return named(`source port ${port}`, [protocolCondition(transport), { what: "unread" }], accept);
    }),
  ];
  return [
    ...zone.lines("forward-ports").map((line) => named(`forward port ${line}`, forwarded(line), { kind: "unread" })),
    ...of(({ priority }) => priority < 0),
    ...icmpBlocks(zone).map((rule) => named(rule.text, rule.conditions, rule.action)),
    ...of(({ priority, action }) => priority === 0 && action !== "accept"),
    ...allowed,
    ...of(({ priority, action }) => priority === 0 && action === "accept"),
    ...of(({ priority }) => priority > 0),
    ...targetRules(zone).map(({ text, conditions, action }) => named(text, conditions, action)),
  ];
}

const protocolCondition = (name: string): RuleCondition => ({
  what: "protocol",
  not: false,
  values: [name === "ipv6-icmp" ? "icmpv6" : name],
});
const isIcmp: RuleCondition = { what: "protocol", not: false, values: ["icmp", "icmpv6"] };

function icmpBlocks(zone: FirewalldBlock): RulesetRule[] {
  const types: RuleCondition = { what: "icmp-type", not: false, values: zone.words("icmp-blocks") };
  if (zone.words("icmp-block-inversion")[0] === "yes")
    return [{ text: "icmp-block-inversion", conditions: [isIcmp, { ...types, not: true }], action: { kind: "drop" } }];
  return zone.words("icmp-blocks").length === 0
    ? []
    : [{ text: "icmp-blocks", conditions: [types], action: { kind: "drop" } }];
}

function targetRules(zone: FirewalldBlock): RulesetRule[] {
  const [target = ""] = zone.words("target");
  const text = `target ${target}`;
  if (target === "ACCEPT") return [{ text, conditions: [], action: { kind: "accept" } }];
  const drop: RulesetRule = { text, conditions: [], action: { kind: "drop" } };
  return target === "default" ? [{ text, conditions: [isIcmp], action: { kind: "accept" } }, drop] : [drop];
}

/** `port=80:proto=tcp:toport=8080:toaddr=` */
function forwarded(line: string): RuleCondition[] {
  const [, port = "", protocol = ""] = /^port=([\d-]+):proto=(\w+):/.exec(line) ?? [];
  return port === "" ? [{ what: "unread" }] : portCondition(`${port}/${protocol}`);
}

function richRules(
  line: string,
  { conditions, action, service, priority }: RichRule,
  zone: FirewalldBlock,
  services: ReadonlyMap<string, FirewalldBlock>,
): RulesetRule[] {
  const alternatives = service === undefined ? [[]] : serviceConditions(service, services);
  // firewalld keeps no comments: the rules that portmatrix writes are known by their priority.
  const isOurs = priority === -100 && conditions.some(({ what }) => what === "source");
  return alternatives.map((more) => ({
    text: `zone ${zone.name}: ${line}`,
    ...(isOurs ? { comment: "portmatrix: by its priority" } : {}),
    conditions: [...conditions, ...more],
    action: { kind: action },
  }));
}
