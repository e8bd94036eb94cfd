import { plainTexts } from "../../model/text/printable.ts";
import type { HostRule, HostRules } from "../../model/firewall/host-rule.ts";
import type { Ruleset, RulesetChain } from "../../model/firewall/ruleset.ts";
import { commentOf, directionsOf, preface, remarkOf, type RuleOptions } from "./words.ts";

const hooks = { in: "input", out: "output" } as const;
const usual = (name: string): RulesetChain => ({ family: "inet", table: "filter", name, rules: [] });
const ownChain = { in: "portmatrix_in", out: "portmatrix_out" } as const;

/**
 * Rules for `nft -f`: a chain of our own in each table that may drop, which is flushed and written again, and a jump to it
 * at the top of the chain that drops (docs/notes/firewall-tools.md, "A table of one's own opens nothing in nftables").
 */
export function renderNft(raw: HostRules, { hasReplies, ruleset }: RuleOptions): string {
  const rules = plainTexts(raw);
  const directions = directionsOf(rules.rules, hasReplies);
  const blocks = directions.flatMap((direction) => {
    const chains = ruleset === undefined ? [usual(hooks[direction])] : droppingChains(ruleset, hooks[direction]);
    const own = rules.rules.filter((rule) => rule.direction === direction);
    if (chains.length === 0) return [[`# No chain at the hook ${hooks[direction]} drops anything: no rule is needed.`]];
    return chains.map((chain) => [...chainRules(chain, own, hasReplies, direction), ...jumpTo(chain, direction)]);
  });
  const notes = [
    "Apply: nft -f FILE; check: nft -c -f FILE. Applied again, the rules are replaced.",
    ...(ruleset === undefined
      ? [
          "The names of table and chain are the usual ones. See `nft list ruleset`, or give --ruleset the output of",
          "`nft -j list ruleset`: then they are taken from there, and a jump that is there is not inserted again.",
        ]
      : otherDrops(ruleset, directions)),
  ];
  return `${["#!/usr/sbin/nft -f", ...preface(rules, notes), ...blocks.map((block) => `\n${block.join("\n")}`)].join("\n")}\n`;
}

/** Base chains of a hook that may keep a packet back. */
function droppingChains({ chains }: Ruleset, hook: string): RulesetChain[] {
  return chains.filter(
    (chain) =>
      chain.hook?.name === hook &&
      chain.family !== "bridge" &&
      (chain.hook.policy === "drop" || chain.rules.some(mayDrop)),
  );
}
const mayDrop = ({ action: { kind }, comment = "" }: RulesetChain["rules"][number]): boolean =>
  kind === "drop" || kind === "unread" || ((kind === "jump" || kind === "goto") && !comment.startsWith("portmatrix"));

/** Hooks that are met before and after those whose chains get the rules. */
const others = {
  in: { ingress: "before", prerouting: "before" },
  out: { postrouting: "after", egress: "after" },
} as const;

/** Chains that may drop what these rules let pass. */
function otherDrops({ chains }: Ruleset, directions: readonly ("in" | "out")[]): string[] {
  const orders = new Map<string, string>(directions.flatMap((direction) => Object.entries(others[direction])));
  return chains.flatMap(({ family, table, name, hook, rules }) => {
    if (hook === undefined || !(hook.policy === "drop" || rules.some(mayDrop))) return [];
    const order = orders.get(hook.name) ?? (family === "bridge" ? "before" : undefined);
    return order === undefined ? [] : [`Chain ${family} ${table} ${name} is asked ${order} these rules, and may drop.`];
  });
}

function chainRules(
  { family, table }: RulesetChain,
  rules: readonly HostRule[],
  hasReplies: boolean,
  direction: HostRule["direction"],
): string[] {
  const place = `${family} ${table} ${ownChain[direction]}`;
  const fitting = rules.filter((rule) => family === "inet" || (family === "ip") === (rule.family === 4));
  return [
    `add chain ${place}`,
    `flush chain ${place}`,
    ...(hasReplies ? ["# Answers", `add rule ${place} ct state established,related accept comment "portmatrix"`] : []),
    ...fitting.flatMap((rule) => [
      remarkOf(rule),
      `add rule ${place} ${matchOf(rule)} counter accept comment "${commentOf(rule)}"`,
    ]),
  ];
}

function matchOf({ direction, family, peers, protocol, port }: HostRule): string {
  const side = direction === "in" ? "saddr" : "daddr";
  const peer =
    peers.length > 0
      ? `${family === 4 ? "ip" : "ip6"} ${side} { ${peers.join(", ")} }`
      : `meta nfproto ipv${family} ${direction === "in" ? "iifname" : "oifname"} "lo"`;
  if (protocol === "icmp") return `${peer} ${family === 4 ? "icmp" : "icmpv6"} type echo-request`;
  return `${peer} ${protocol} dport ${port}`;
}

/** The jump, unless it is the first rule already. */
function jumpTo({ family, table, name, rules }: RulesetChain, direction: HostRule["direction"]): string[] {
  const first = rules[0]?.action;
  const isThere = first?.kind === "jump" && first.chain === ownChain[direction];
  if (isThere) return [`# ${family} ${table} ${name} begins with the jump to these rules already.`];
  return [`insert rule ${family} ${table} ${name} jump ${ownChain[direction]} comment "portmatrix"`];
}
