import type { DraftCall, DraftHost, Notice } from "../draft/draft.ts";
import { addressOf } from "../draft/names.ts";
import { allRules, firstRule } from "./rules.ts";
import { callsOf, type KnownCalls } from "./calls.ts";
import type { FoundHost, FoundRule } from "./found.ts";
import { credentialOfAttribute, credentialOfTuple, namedSnmp, type NameSecret, portOfRule } from "./snmp.ts";

/** What a host is converted with. */
export interface HostContext {
  /** Rules by ruleset, each in the order in which Checkmk looks at them. */
  rules: ReadonlyMap<string, readonly FoundRule[]>;
  known: KnownCalls;
  nameSecret: NameSecret;
  note: (notice: Notice) => void;
  /** Sites that a topology can name. */
  sites: ReadonlySet<string>;
}

const textAt = ({ attributes }: FoundHost, key: string): string => {
  const value = attributes[key];
  return typeof value === "string" ? value : "";
};

/**
 * A host as a topology will have it, under the name `name`; `undefined` where nothing of it can be probed. What is not
 * known is said, not guessed.
 */
export function hostOf(found: FoundHost, name: string, context: HostContext): DraftHost | undefined {
  const leave = (text: string): undefined => void context.note({ about: found.name, text });
  if (found.isCluster) return leave("left out, because the nodes of a cluster are asked in its place");
  if (textAt(found, "tag_criticality") === "offline")
    return leave("left out, because they are not monitored (offline)");
  if (textAt(found, "tag_address_family") === "no-ip") return leave("left out, because they have no address (no-ip)");
  const addresses = addressesOf(found);
  if (addresses === undefined) return leave("left out, because their address is none that can be asked");
  const site = textAt(found, "site");
  if (site !== "" && !context.sites.has(site)) return leave(`left out, because their site "${site}" is not known`);
  const { snmp, ports: snmpPort } = snmpOf(found, context);
  const agents = readCalls("special_agents:", found, context);
  const checks = readCalls("active_checks:", found, context);
  // "API integrations if configured, else Checkmk agent" is what the tag's title says.
  const isReplaced = textAt(found, "tag_agent") === "cmk-agent" && agents.isConfigured;
  const agent = isReplaced ? "none" : agentOf(found, context);
  const agentPort = agent === "pull" ? portOf("agent_ports", found, context) : undefined;
  const ports = { ...(agentPort === undefined ? {} : { agent: agentPort }), ...snmpPort };
  const os = osOf(found);
  return {
    name,
    addresses,
    ...(site === "" ? {} : { site }),
    ...(os === undefined ? {} : { os }),
    agent,
    ...(snmp === undefined ? {} : { snmp }),
    ...(Object.keys(ports).length === 0 ? {} : { ports }),
    ...(agents.calls.length === 0 ? {} : { special_agents: agents.calls }),
    ...(checks.calls.length === 0 ? {} : { active_checks: checks.calls }),
    ...(name === found.name ? {} : { comment: `called "${found.name}" in Checkmk` }),
  };
}

/** Without an address of its own Checkmk resolves the host's name. */
function addressesOf(found: FoundHost): string[] | undefined {
  const family = textAt(found, "tag_address_family");
  const written = [
    ...(family === "ip-v6-only" ? [] : [textAt(found, "ipaddress")]),
    ...(family === "ip-v6-only" || family === "ip-v4v6" ? [textAt(found, "ipv6address")] : []),
  ].filter((address) => address !== "");
  const addresses = (written.length === 0 ? [found.name] : written).map(addressOf);
  return addresses.includes(undefined) ? undefined : [...new Set(addresses as string[])];
}

function agentOf(found: FoundHost, { note }: HostContext): NonNullable<DraftHost["agent"]> {
  const kind = textAt(found, "tag_agent");
  const isPush = textAt(found, "cmk_agent_connection") === "push-agent";
  if (kind === "cmk-agent" || kind === "all-agents") return isPush ? "push" : "pull";
  if (kind === "no-agent" || kind === "special-agents") return "none";
  const text = `no agent was assumed, because the tag "agent" says "${kind}", which is not known here`;
  note({ about: found.name, text });
  return "none";
}

/** Only a label that somebody wrote tells it before the host was discovered. */
function osOf({ attributes }: FoundHost): DraftHost["os"] {
  const labels = (attributes["labels"] ?? {}) as Readonly<Record<string, unknown>>;
  const family = labels["cmk/os_family"];
  return family === "linux" || family === "windows" ? family : undefined;
}

function portOf(ruleset: string, found: FoundHost, { rules, note }: HostContext): number | undefined {
  const rule = firstRule(rules.get(ruleset) ?? [], found);
  if (rule === "unknown") {
    const text = `the usual port was assumed, because a rule of ${ruleset} has conditions that cannot be decided here`;
    return void note({ about: found.name, text });
  }
  return rule === undefined ? undefined : portOfRule(rule.value);
}

function snmpOf(found: FoundHost, context: HostContext): Pick<DraftHost, "snmp" | "ports"> {
  const kind = textAt(found, "tag_snmp_ds");
  if (kind === "" || kind === "no-snmp") return {};
  if (kind !== "snmp-v1" && kind !== "snmp-v2") {
    context.note({ about: found.name, text: `SNMP was left out, because the tag "snmp_ds" says "${kind}"` });
    return {};
  }
  const own = found.attributes["snmp_community"];
  const rule = own === null || own === undefined ? firstRule(context.rules.get("snmp_communities") ?? [], found) : own;
  if (rule === "unknown") {
    const text = "SNMP was left out, because a rule of snmp_communities has conditions that cannot be decided here";
    context.note({ about: found.name, text });
    return {};
  }
  const isOfRule = rule !== own && rule !== undefined;
  const credential = isOfRule
    ? credentialOfTuple((rule as FoundRule).value)
    : rule === undefined || rule === null
      ? ({ kind: "community", value: "public" } as const)
      : credentialOfAttribute(rule);
  if (rule === undefined || rule === null) {
    context.note({ about: found.name, text: 'Checkmk\'s default community "public" was assumed' });
  }
  if (credential === undefined) {
    context.note({
      about: found.name,
      text: "SNMP was left out, because the credentials are of a form not known here",
    });
    return {};
  }
  const version = kind === "snmp-v1" ? "1" : "2c";
  const snmp = namedSnmp(credential, { version, nameSecret: context.nameSecret, host: found.name });
  if (typeof snmp === "string") {
    context.note({ about: found.name, text: snmp });
    return {};
  }
  const port = portOf("snmp_ports", found, context);
  return { snmp, ...(port === undefined ? {} : { ports: { snmp: port } }) };
}

/** Special agents take the first rule of each ruleset, active checks all of them. */
function readCalls(
  prefix: "special_agents:" | "active_checks:",
  found: FoundHost,
  { rules, known, note }: HostContext,
): { calls: readonly DraftCall[]; isConfigured: boolean } {
  let isConfigured = false;
  const calls = [...rules].flatMap(([ruleset, ofRuleset]) => {
    if (!ruleset.startsWith(prefix)) return [];
    const what = `${prefix === "special_agents:" ? "special agent" : "active check"} ${ruleset.slice(prefix.length)}`;
    const { matching, isOpen } = matchingRules(prefix, ofRuleset, found);
    if (isOpen) {
      const text = `whether they have the ${what} cannot be decided here, so it was left out`;
      note({ about: found.name, text });
    }
    if (matching.length > 0) isConfigured = true;
    return matching.flatMap(({ value }) => {
      const { calls, problems } = callsOf(ruleset, value, known);
      for (const text of problems) note({ about: found.name, text });
      return calls;
    });
  });
  return { calls: [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()], isConfigured };
}

function matchingRules(
  prefix: string,
  rules: readonly FoundRule[],
  host: FoundHost,
): { matching: readonly FoundRule[]; isOpen: boolean } {
  if (prefix === "active_checks:") {
    const { rules: matching, mayBeMore } = allRules(rules, host);
    return { matching, isOpen: mayBeMore };
  }
  const first = firstRule(rules, host);
  if (first === "unknown") return { matching: [], isOpen: true };
  return { matching: first === undefined ? [] : [first], isOpen: false };
}
