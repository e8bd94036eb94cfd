import type { RuleCondition } from "../../model/firewall/ruleset.ts";

const unread: RuleCondition = { what: "unread" };

type Elements = (name: string) => readonly unknown[] | undefined;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a match of nft asks, with what it asks without saying: `tcp dport` is about TCP. */
export function readMatch(value: unknown, elementsOf: Elements): RuleCondition[] {
  if (!isMap(value) || !isMap(value["left"])) return [unread];
  const { op, left, right } = value;
  if (op !== "==" && op !== "!=" && op !== "in") return [unread];
  if (isMap(left) && isMap(left["fib"])) return [readFib(left["fib"], right, op === "!=", elementsOf)];
  const values = flatten(right, elementsOf);
  if (values === undefined) return [unread];
  const not = op === "!=";
  const { payload, meta, ct } = left as Record<string, unknown>;
  if (isMap(payload)) return readPayload(String(payload["protocol"]), String(payload["field"]), values, not);
  if (isMap(meta)) return [readMeta(String(meta["key"]), values, not)];
  if (isMap(ct) && ct["key"] === "state") return [{ what: "state", not, values }];
  if (isMap(ct) && ct["key"] === "status" && values.every((one) => laterStatus.has(one)))
    return [{ what: "never", not }];
  return [unread];
}

/** What a connection becomes by its answers, or by a translation, which is a rule of its own that is met before. */
const laterStatus = new Set(["seen-reply", "assured", "snat", "dnat"]);

/** The route of a packet: of what kind its target is here, and whether a route leads back to its source (nft(8), FIB). */
function readFib(fib: Record<string, unknown>, right: unknown, not: boolean, elementsOf: Elements): RuleCondition {
  const flags = Array.isArray(fib["flags"]) ? fib["flags"] : [];
  if (fib["result"] === "type" && flags.includes("daddr")) {
    const values = flatten(right, elementsOf);
    return values === undefined ? unread : { what: "target-type", not, values };
  }
  if (!flags.includes("saddr") || typeof right !== "boolean") return unread;
  return { what: "never", not: right ? !not : not };
}

/** The values as texts: literals, networks, ranges; `undefined` where one cannot be read. */
function flatten(right: unknown, elementsOf: Elements): string[] | undefined {
  if (typeof right === "number") return [String(right)];
  if (typeof right === "string") {
    if (!right.startsWith("@")) return [right];
    const elements = elementsOf(right.slice(1));
    return elements === undefined ? undefined : all(elements, elementsOf);
  }
  if (Array.isArray(right)) return all(right, elementsOf);
  if (!isMap(right)) return undefined;
  if (Array.isArray(right["set"])) return all(right["set"], elementsOf);
  if (isMap(right["prefix"])) return [`${String(right["prefix"]["addr"])}/${String(right["prefix"]["len"])}`];
  if (Array.isArray(right["range"])) return [right["range"].map(String).join("-")];
  if (isMap(right["elem"])) return flatten(right["elem"]["val"], elementsOf);
  return undefined;
}

function all(elements: readonly unknown[], elementsOf: Elements): string[] | undefined {
  const texts = elements.map((element) => flatten(element, elementsOf));
  return texts.some((one) => one === undefined) ? undefined : texts.flatMap((one) => one ?? []);
}

const asProtocol = (name: string): RuleCondition => ({ what: "protocol", not: false, values: [name] });
const asFamily = (family: "4" | "6"): RuleCondition => ({ what: "family", not: false, values: [family] });

function readPayload(protocol: string, field: string, values: readonly string[], not: boolean): RuleCondition[] {
  if (protocol === "ip" || protocol === "ip6") {
    const family = asFamily(protocol === "ip" ? "4" : "6");
    if (field === "saddr") return [family, { what: "source", not, values }];
    if (field === "daddr") return [family, { what: "target", not, values }];
    if (field === "protocol" || field === "nexthdr")
      return [family, { what: "protocol", not, values: values.map(protocolName) }];
    return [family, unread];
  }
  if (protocol === "tcp" || protocol === "udp" || protocol === "th") {
    const own = protocol === "th" ? [] : [asProtocol(protocol)];
    const ranges = field === "dport" || field === "sport" ? rangesOf(values) : undefined;
    const what = field === "sport" ? "source-port" : "port";
    return [...own, ranges === undefined ? unread : { what, not, ranges }];
  }
  if ((protocol === "icmp" || protocol === "icmpv6") && field === "type") {
    const family = asFamily(protocol === "icmp" ? "4" : "6");
    return [family, asProtocol(protocol), { what: "icmp-type", not, values }];
  }
  return [unread];
}

function readMeta(key: string, values: readonly string[], not: boolean): RuleCondition {
  if (key === "l4proto") return { what: "protocol", not, values: values.map(protocolName) };
  if (key === "nfproto" || key === "protocol") {
    const numbers = values.map((value) => ({ ipv4: "4", ip: "4", ipv6: "6", ip6: "6" })[value] ?? value);
    return { what: "family", not, values: numbers };
  }
  if (key === "iifname" || key === "iif" || key === "oifname" || key === "oif") {
    return { what: "interface", not, values };
  }
  return unread;
}

const protocolNames: Readonly<Record<string, string>> = {
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "icmpv6",
  "ipv6-icmp": "icmpv6",
};
const protocolName = (text: string): string =>
  (Object.hasOwn(protocolNames, text) ? protocolNames[text] : undefined) ?? text;

/** Ports and ranges of ports; names of services are not read. */
function rangesOf(values: readonly string[]): [number, number][] | undefined {
  const ranges = values.map((value) => /^(\d+)(?:-(\d+))?$/.exec(value));
  if (ranges.some((one) => one === null)) return undefined;
  return ranges.map((one) => [Number(one?.[1]), Number(one?.[2] ?? one?.[1])]);
}

/** A match as nft would write it, more or less. */
export function matchText(value: unknown): string {
  if (!isMap(value)) return "?";
  const [right] = [flatten(value["right"], () => undefined)];
  const asked = isMap(value["left"]) ? Object.values(value["left"])[0] : undefined;
  const words = isMap(asked) ? Object.values(asked).map(String) : [JSON.stringify(value["left"])];
  const sign = value["op"] === "!=" ? "!= " : "";
  return `${words.join(" ")} ${sign}${right === undefined ? JSON.stringify(value["right"]) : right.join(",")}`;
}
