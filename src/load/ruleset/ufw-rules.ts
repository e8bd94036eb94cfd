import type { Ruleset, RulesetRule } from "../../model/firewall/ruleset.ts";
import { readIptablesSave } from "./iptables-save.ts";

/**
 * What ufw asks before the user's rules. `ufw status` and user.rules do not show it: as installed it accepts loopback and
 * echo requests, but anybody may have changed that file.
 */
export const beforeRules: readonly RulesetRule[] = (
  [
    { what: "interface", not: false, values: ["lo"] },
    { what: "protocol", not: false, values: ["icmp", "icmpv6"] },
  ] as const
).map((condition) => ({
  text: "/etc/ufw/before.rules or before6.rules, which are not in this listing (iptables-save shows all)",
  conditions: [condition, { what: "unread" }],
  action: { kind: "accept" },
}));

/** True for /etc/ufw/user.rules and user6.rules. */
export const isUfwRules = (text: string): boolean => /^### tuple ###/m.test(text) && /^:ufw6?-user-input /m.test(text);

const places = { input: "incoming", output: "outgoing" } as const;

/**
 * Reads /etc/ufw/user.rules or user6.rules: what iptables-restore reads, with the comments in hexadecimal in front. The
 * policies stand elsewhere, so what comes to the end stays unread.
 */
export function readUfwRules(text: string): Ruleset {
  let comment = "";
  const lines = text.split(/\r?\n/).map((line) => {
    if (line.startsWith("### ")) comment = /^### tuple ###.* comment=((?:[0-9a-f]{2})+)$/.exec(line)?.[1] ?? "";
    return line.startsWith("-A ") && comment !== "" ? `${line} --comment ${quoted(comment)}` : line;
  });
  const isV6 = /^:ufw6-user-input /m.test(text);
  const { chains } = readIptablesSave(lines.join("\n"));
  return {
    tool: "ufw",
    families: [isV6 ? 6 : 4],
    chains: chains.map((chain) => {
      const [, hook] = /^ufw6?-user-(input|output)$/.exec(chain.name) ?? [];
      const own = { ...chain, family: isV6 ? ("ip6" as const) : ("ip" as const) };
      if (hook !== "input" && hook !== "output") return own;
      const end: RulesetRule = {
        text: `the policy for ${places[hook]} packets in /etc/default/ufw, which is not in this listing`,
        conditions: [],
        action: { kind: "unread" },
      };
      return {
        ...own,
        hook: { name: hook, priority: 0, policy: "drop" },
        rules: [...beforeRules, ...chain.rules, end],
      };
    }),
  };
}

const quoted = (hex: string): string =>
  `"${new TextDecoder().decode(Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))).replaceAll(/["\\]/g, "\\$&")}"`;
