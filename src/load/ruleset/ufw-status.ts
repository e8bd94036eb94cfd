import { readIpLiteral } from "../../model/address/ip-literal.ts";
import type { RuleCondition, Ruleset, RulesetChain, RulesetRule } from "../../model/firewall/ruleset.ts";
import { beforeRules } from "./ufw-rules.ts";

/** True for what `ufw status` prints in English, verbose or not. */
export const isUfwStatus = (text: string): boolean => /^Status: (?:in)?active\s*$/m.test(text);

/**
 * Reads `ufw status verbose`; a sentence for what lacks the policies. The rules of before.rules are not in it, so what
 * they decide stays unread (docs/notes/firewall-tools.md#what-ufw-prints).
 */
export function readUfwStatus(text: string): Ruleset | string {
  if (/^Status: inactive\s*$/m.test(text)) return inactive;
  const policies = /^Default: (\w+) \(incoming\), (\w+) \(outgoing\)/m.exec(text);
  if (policies === null) return "this is `ufw status` without the policies; give `LC_ALL=C ufw status verbose`";
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => /^--\s+------\s+----/.test(line));
  const rules = first < 0 ? [] : lines.slice(first + 1).flatMap((line) => (line.trim() === "" ? [] : [readLine(line)]));
  // Without any rule of IPv6 it may be that ufw leaves IPv6 alone (IPV6=no): nothing of it is listed then.
  const hasV6 = rules.some(({ family }) => family === "ip6");
  const families = hasV6 ? ([4, 6] as const) : ([4] as const);
  const chains = families.flatMap((number) =>
    (["incoming", "outgoing"] as const).map((name, at): RulesetChain => {
      const family = number === 4 ? "ip" : "ip6";
      const own = rules.filter((one) => one.direction === name && (one.family === family || one.family === "both"));
      const hook = name === "incoming" ? "input" : "output";
      const policy = policies[at + 1] === "allow" ? "accept" : "drop";
      const all = [...beforeRules, ...own.flatMap((one) => one.rules)];
      return { family, table: "ufw", name, hook: { name: hook, priority: 0, policy }, rules: all };
    }),
  );
  return { tool: "ufw", families, chains };
}

const inactive: Ruleset = {
  tool: "ufw",
  families: [4, 6],
  chains: ["input", "output"].map((name) => ({
    family: "inet",
    table: "ufw",
    name,
    hook: { name, priority: 0, policy: "accept" },
    rules: [{ text: "ufw, which is inactive", conditions: [], action: { kind: "accept" } }],
  })),
};

interface StatusLine {
  direction: "incoming" | "outgoing" | "routed";
  family: "ip" | "ip6" | "both";
  rules: RulesetRule[];
}

/** `7000/tcp   ALLOW IN   10.0.0.5   (log) # a comment` */
function readLine(line: string): StatusLine {
  const text = `ufw: ${line.trim().replaceAll(/\s+/g, " ")}`;
  const [, to = "", action = "", way = "", rest = ""] =
    /^(\S.*?)\s+(ALLOW|DENY|REJECT|LIMIT) (IN|OUT|FWD)\s+(\S.*)$/.exec(line) ?? [];
  const [from = "", ...comments] = rest.split(" # ");
  const [target, source] = [readEnd(to), readEnd(from.replace(/\s+\(log(?:-all)?\)\s*$/, ""))];
  if (to === "" || target === undefined || source === undefined) {
    // It may be of any direction: it is in both, and decides what it is asked about.
    const unread: RulesetRule = { text, conditions: [{ what: "unread" }], action: { kind: "unread" } };
    const direction = way === "FWD" ? "routed" : way === "OUT" ? "outgoing" : "incoming";
    return { direction, family: "both", rules: [unread] };
  }
  const direction = ({ IN: "incoming", OUT: "outgoing", FWD: "routed" } as const)[way as "IN" | "OUT" | "FWD"];
  const conditions = conditionsOf(target, source);
  const comment = comments.join(" # ");
  const rule = (more: RuleCondition[], kind: "accept" | "drop"): RulesetRule => ({
    text,
    ...(comment === "" ? {} : { comment }),
    conditions: [...conditions, ...more],
    action: { kind },
  });
  const unread: RuleCondition = { what: "unread" };
  const rules =
    action === "LIMIT" // so many connections in a while
      ? [rule([unread], "drop"), rule([], "accept")]
      : [rule([], action === "ALLOW" ? "accept" : "drop")];
  return { direction, family: target.isV6 || source.isV6 ? "ip6" : "ip", rules };
}

interface End {
  isV6: boolean;
  address?: string;
  ranges?: [number, number][];
  protocol?: string;
  device?: string;
}

/** `10.1.1.1 7000:7010/tcp`, `22/tcp (OpenSSH (v6)) on eth0`, `Anywhere (v6)`; `undefined` for anything else. */
function readEnd(written: string): End | undefined {
  const [, text = "", device] = /^(.*?)(?: on (\S+))?\s*$/.exec(written) ?? [];
  const bare = text.replace(/ \(.*\)$/, "");
  const end: End = { isV6: text.includes("(v6)"), ...(device === undefined ? {} : { device }) };
  for (const word of bare.split(" ")) {
    const [, value = "", protocol] = /^(.*?)(?:\/([a-z]\w*))?$/.exec(word) ?? [];
    if (protocol !== undefined) end.protocol = protocol;
    const address = readIpLiteral(value.replace(/\/\d+$/, ""));
    if (value === "Anywhere") continue;
    if (address !== undefined) {
      end.address = value;
      end.isV6 ||= value.includes(":");
    } else if (/^\d+(?::\d+)?(?:,\d+(?::\d+)?)*$/.test(value)) {
      end.ranges = value.split(",").map((one) => {
        const [low = 0, high = low] = one.split(":").map(Number);
        return [low, high];
      });
    } else return undefined;
  }
  return end;
}

function conditionsOf(target: End, source: End): RuleCondition[] {
  const protocol = target.protocol ?? source.protocol;
  const devices = [target.device, source.device].filter((one) => one !== undefined);
  return [
    ...(protocol === undefined ? [] : [{ what: "protocol", not: false, values: [protocol] } as const]),
    ...(source.address === undefined ? [] : [{ what: "source", not: false, values: [source.address] } as const]),
    ...(target.address === undefined ? [] : [{ what: "target", not: false, values: [target.address] } as const]),
    ...(target.ranges === undefined ? [] : [{ what: "port", not: false, ranges: target.ranges } as const]),
    ...(source.ranges === undefined ? [] : [{ what: "unread" } as const]),
    ...devices.map((device) => ({ what: "interface", not: false, values: [device] }) as const),
  ];
}
