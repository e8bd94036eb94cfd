import { z } from "zod";
import type { RuleAction, RuleCondition, Ruleset, RulesetChain, RulesetRule } from "../../model/firewall/ruleset.ts";

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const any = ["Any"];
const ruleSchema = z.looseObject({
  name: z.string().default(""),
  displayName: z.string().default(""),
  direction: z.string(),
  action: z.string(),
  profile: z.string().default("Any"),
  protocol: z.string().default("Any"),
  localPort: texts.default(any),
  remotePort: texts.default(any),
  icmpType: texts.default(any),
  localAddress: texts.default(any),
  remoteAddress: texts.default(any),
  /** Names of what else it is limited to: programs, services, kinds of interfaces, IPsec. */
  limits: texts.default([]),
  /** The app package that it is for, and for nothing else. */
  package: z.string().nullish(),
});
const profileSchema = z.looseObject({
  name: z.string(),
  enabled: z.string(),
  inbound: z.string(),
  outbound: z.string(),
  allowsInboundRules: z.string().default("True"),
});
const exportSchema = z.looseObject({
  firewall: z.literal("windows"),
  active: texts,
  profiles: z.array(profileSchema),
  rules: z.array(ruleSchema),
});
type Exported = z.infer<typeof exportSchema>;
type Rule = Exported["rules"][number];

/** A word of a foreign file may be that of a property which every object has. */
const own = <Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

const ways = { Inbound: "input", Outbound: "output" } as const;

/** Reads what the script of docs/firewall-team.md exports on Windows; `undefined` for anything else. */
export function readWindowsExport(value: unknown): Ruleset | undefined {
  const read = exportSchema.safeParse(value);
  if (!read.success) return undefined;
  const chains = (["Inbound", "Outbound"] as const).map((way): RulesetChain => ({
    family: "inet",
    table: "Windows",
    name: way.toLowerCase(),
    hook: { name: ways[way], priority: 0, policy: "drop" },
    rules: rulesOf(read.data, way),
  }));
  return { tool: "windows", families: [4, 6], chains };
}

/** Loopback is not filtered; what blocks wins over what allows, wherever it stands; then the profile decides. */
function rulesOf(exported: Exported, way: keyof typeof ways): RulesetRule[] {
  const active = exported.active.map((name) => (name === "DomainAuthenticated" ? "Domain" : name));
  const profiles = exported.profiles.filter(({ name }) => active.length === 0 || active.includes(name));
  const plain = (text: string, kind: "accept" | "drop" | "unread"): RulesetRule => ({
    text,
    conditions: [],
    action: { kind },
  });
  const loopback: RuleCondition = { what: "interface", not: false, values: ["lo"] };
  const start: RulesetRule[] = [{ text: "loopback", conditions: [loopback], action: { kind: "accept" } }];
  const states = new Set(profiles.map(({ enabled }) => enabled));
  if (states.size !== 1) return [...start, plain("the state of the firewall's profiles", "unread")];
  if (states.has("False")) return [...start, plain("the firewall, which is off", "accept")];
  if (way === "Inbound" && profiles.some(({ allowsInboundRules }) => allowsInboundRules === "False"))
    return [...start, plain("AllowInboundRules False of the profile", "drop")];
  const mine = exported.rules.filter((rule) => rule.direction === way && (rule.package ?? "") === "");
  const blocks = mine.filter(({ action }) => action === "Block");
  const rest = mine.filter(({ action }) => action !== "Block");
  const defaults = new Set(
    profiles.map((profile) => defaultOf(way === "Inbound" ? profile.inbound : profile.outbound, way)),
  );
  const [only = "unread"] = defaults.size === 1 ? defaults : [];
  return [
    ...start,
    ...[...blocks, ...rest].map((rule) => ruleOf(rule, way, active)),
    plain(`the default for ${way.toLowerCase()} packets`, only),
  ];
}

/** Not configured: what comes is blocked, what goes is allowed. */
function defaultOf(action: string, way: keyof typeof ways): "accept" | "drop" {
  if (action === "Allow") return "accept";
  return action === "Block" || way === "Inbound" ? "drop" : "accept";
}

function ruleOf(rule: Rule, way: keyof typeof ways, active: readonly string[]): RulesetRule {
  const [port, otherPort] = way === "Inbound" ? [rule.localPort, rule.remotePort] : [rule.remotePort, rule.localPort];
  const [source, target] =
    way === "Inbound" ? [rule.remoteAddress, rule.localAddress] : [rule.localAddress, rule.remoteAddress];
  const kinds: Readonly<Record<string, RuleAction["kind"] & ("accept" | "drop")>> = { Allow: "accept", Block: "drop" };
  const unread: RuleCondition = { what: "unread" };
  return {
    text: `${rule.action} "${rule.displayName === "" ? rule.name : rule.displayName}"${rule.limits.length === 0 ? "" : ` (${rule.limits.join(", ")})`}`,
    comment: rule.displayName,
    conditions: [
      ...profileConditions(rule.profile, active),
      ...protocolConditions(rule.protocol),
      ...(isAny(source) ? [] : [{ what: "source", not: false, values: source.map(addressOf) } as const]),
      ...(isAny(target) ? [] : [{ what: "target", not: false, values: target.map(addressOf) } as const]),
      ...(isAny(port) ? [] : [portsOf(port)]),
      ...(isAny(otherPort) ? [] : [unread]),
      ...(isAny(rule.icmpType)
        ? []
        : [{ what: "icmp-type", not: false, values: rule.icmpType.map((one) => one.replace(/:.*$/, "")) } as const]),
      ...(rule.limits.length === 0 ? [] : [unread]),
    ],
    action: { kind: own(kinds, rule.action) ?? "unread" },
  };
}

const isAny = (values: readonly string[]): boolean => values.length === 0 || values.includes("Any");

function profileConditions(written: string, active: readonly string[]): RuleCondition[] {
  const names = written.split(/[\s,]+/);
  if (names.includes("Any")) return [];
  const met = active.filter((name) => names.includes(name)).length;
  if (active.length > 0 && met === 0) return [{ what: "never", not: false }];
  return met > 0 && met === active.length ? [] : [{ what: "unread" }];
}

const protocols: Readonly<Record<string, readonly [string, ("4" | "6")?]>> = {
  TCP: ["tcp"],
  "6": ["tcp"],
  UDP: ["udp"],
  "17": ["udp"],
  ICMPv4: ["icmp", "4"],
  "1": ["icmp", "4"],
  ICMPv6: ["icmpv6", "6"],
  "58": ["icmpv6", "6"],
};

function protocolConditions(written: string): RuleCondition[] {
  if (written === "Any") return [];
  const [name = written.toLowerCase(), family] = own(protocols, written) ?? [];
  const protocol: RuleCondition = { what: "protocol", not: false, values: [name] };
  return family === undefined ? [protocol] : [protocol, { what: "family", not: false, values: [family] }];
}

/** `RPC` and other words stand for ports that Windows chooses. */
const words: Readonly<Record<string, string>> = { RPCEPMap: "135", IPHTTPSIn: "443", IPHTTPSOut: "443" };

function portsOf(values: readonly string[]): RuleCondition {
  const ranges = values.map((value) => /^(\d+)(?:-(\d+))?$/.exec(own(words, value) ?? value));
  if (ranges.some((one) => one === null)) return { what: "unread" };
  return { what: "port", not: false, ranges: ranges.map((one) => [Number(one?.[1]), Number(one?.[2] ?? one?.[1])]) };
}

/** `10.0.0.0/255.255.255.0` as `10.0.0.0/24`; words such as LocalSubnet stay, and nobody here can tell what they cover. */
function addressOf(text: string): string {
  const [base = "", mask = ""] = text.split("/");
  if (!mask.includes(".")) return text;
  const bits = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32 ? `${base}/${bits.indexOf("0") < 0 ? 32 : bits.indexOf("0")}` : text;
}
