import type { RuleCondition } from "../../model/firewall/ruleset.ts";
import { portCondition } from "./firewalld-services.ts";

/** A rich rule (firewalld.richlanguage(5)). */
export interface RichRule {
  priority: number;
  conditions: readonly RuleCondition[];
  /** The name of a service, whose ports are conditions besides. */
  service?: string;
  /** `none`: it only marks or logs. */
  action: "accept" | "drop" | "none" | "unread";
}

const unread: RuleCondition = { what: "unread" };
/** Parts of a rule that ask nothing; a limit within them is theirs. */
const silent = new Set(["log", "nflog", "audit"]);
const actions: Readonly<Record<string, RichRule["action"]>> = {
  accept: "accept",
  drop: "drop",
  reject: "drop",
  mark: "none",
  "icmp-block": "drop",
};

/** Reads `rule family="ipv4" source address="10.0.0.5" port port="6556" protocol="tcp" accept`. */
export function readRichRule(line: string): RichRule {
  const parts = partsOf(line);
  const conditions: RuleCondition[] = [];
  let [priority, service, action]: [number, string | undefined, RichRule["action"]] = [0, undefined, "none"];
  let owner = "";
  for (const { name, not, values } of parts) {
    const value = (key: string): string => values.get(key) ?? "";
    if (name === "rule") {
      priority = Number(value("priority")) || 0;
      const family = { ipv4: "4", ipv6: "6" }[value("family")];
      if (family !== undefined) conditions.push({ what: "family", not: false, values: [family] });
    } else if (name === "source" || name === "destination") {
      const what = name === "source" ? "source" : "target";
      const address = values.get("address");
      conditions.push(address === undefined ? unread : { what, not, values: [address] });
    } else if (name === "service") service = value("name");
    else if (name === "port") conditions.push(...portCondition(`${value("port")}/${value("protocol")}`));
    else if (name === "protocol") conditions.push({ what: "protocol", not: false, values: [value("value")] });
    else if (name === "icmp-type" || name === "icmp-block") {
      conditions.push({ what: "icmp-type", not: false, values: [value("name")] });
    } else if (name === "forward-port") {
      conditions.push(...portCondition(`${value("port")}/${value("protocol")}`));
      action = "unread";
    } else if (name === "limit") conditions.push(...(silent.has(owner) ? [] : [unread]));
    else if (!silent.has(name) && name !== "masquerade" && !Object.hasOwn(actions, name)) conditions.push(unread);
    if (Object.hasOwn(actions, name)) action = actions[name] ?? action;
    if (name !== "limit") owner = name;
  }
  return { priority, conditions, action, ...(service === undefined ? {} : { service }) };
}

interface Part {
  name: string;
  not: boolean;
  values: Map<string, string>;
}

/** The words of a rule, each with the `key="value"` that follow it. */
function partsOf(line: string): Part[] {
  const parts: Part[] = [];
  for (const [, key, quoted, plain = "", word = ""] of line.matchAll(/([\w-]+)=(?:"([^"]*)"|(\S*))|(\S+)/g)) {
    const last = parts.at(-1);
    if (key !== undefined) last?.values.set(key, quoted ?? plain);
    else if ((word === "NOT" || word === "not") && last !== undefined) last.not = true;
    else parts.push({ name: word, not: false, values: new Map() });
  }
  return parts;
}
