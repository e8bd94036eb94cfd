import type { Ruleset, RulesetChain, RulesetRule } from "../../model/firewall/ruleset.ts";
import { type FirstPacket, matches } from "./matches.ts";

/** What becomes of a packet in a firewall, and by which rule or policy. */
export interface Fate {
  kind: "passes" | "dropped" | "unclear";
  /** Empty where no chain drops it. */
  by: string;
  /** Where that stands. */
  chain?: RulesetChain;
  /** Absent for the policy of the chain. */
  rule?: RulesetRule;
  /** It is dropped by this or by a later one. */
  isOneOf?: true;
}

interface Ending {
  kind: "accept" | "drop" | "unread";
  by: string;
  chain: RulesetChain;
  rule?: RulesetRule;
}

/** How rules are looked at; `isBlind` takes no notice of drops, to see what stands behind them. */
interface Look {
  packet: FirstPacket;
  chains: readonly RulesetChain[];
  isBlind: boolean;
}

const deepest = 32;

/** The hooks that a packet to or from the host itself meets, in their order (nft(8), "ADDRESS FAMILIES"). */
export const hooksOfHost = {
  in: ["ingress", "prerouting", "input"],
  out: ["output", "postrouting", "egress"],
} as const;

/**
 * Takes the first packet of a connection through the base chains of some hooks, in the order of their priorities: it must
 * pass all of them (nft(8), "accept" ends one base chain only). `unclear` where a rule that cannot be read decides.
 */
export function walk(ruleset: Ruleset, hooks: readonly string[], packet: FirstPacket, isBlind = false): Fate {
  const bases = ruleset.chains
    .filter((chain) => mayMeet(chain, packet) !== "no")
    .filter(({ hook }) => hook !== undefined && hooks.includes(hook.name))
    .toSorted((a, b) => orderOf(a, hooks) - orderOf(b, hooks));
  let passed: Fate = { kind: "passes", by: "" };
  let unsure: Fate | undefined; // of a chain that it may not meet; what drops it behind that one does so in any case
  for (const base of bases) {
    const fate = fateIn(base, { packet, chains: ruleset.chains, isBlind });
    if (mayMeet(base, packet) === "unclear") {
      if (fate.kind !== "passes") unsure ??= { ...fate, kind: "unclear" };
      continue;
    }
    if (fate.kind === "dropped") return fate;
    if (fate.kind === "unclear") return unsure ?? fate;
    if (base.hook?.policy === "drop" || base.rules.length > 0) passed = fate;
  }
  return unsure ?? passed;
}

/** Hooks whose chains are bound to devices, in tables of `netdev` and of `inet`. */
const hooksOfDevices: ReadonlySet<string> = new Set(["ingress", "egress"]);

/**
 * Nobody knows through which device a peer comes, or whether that one is a port of a bridge; only that it is not `lo`. Many
 * versions of nft do not list the devices of a chain (docs/notes/firewall-tools.md#chains-of-devices-and-bridges): then it
 * may be any.
 */
function mayMeet({ family, hook }: RulesetChain, packet: FirstPacket): "yes" | "no" | "unclear" {
  if (hook === undefined) return "no";
  if (family === "bridge") return packet.isLoopback ? "no" : "unclear";
  if (hook.devices !== undefined || family === "netdev" || hooksOfDevices.has(hook.name)) {
    if (hook.devices === undefined) return "unclear";
    if (packet.isLoopback) return hook.devices.includes("lo") ? "yes" : "no";
    return hook.devices.some((one) => one !== "lo") ? "unclear" : "no";
  }
  return family === "inet" || family === (packet.family === 4 ? "ip" : "ip6") ? "yes" : "no";
}

const orderOf = ({ hook }: RulesetChain, hooks: readonly string[]): number =>
  hooks.indexOf(hook?.name ?? "") * 1_000_000 + (hook?.priority ?? 0);

function fateIn(base: RulesetChain, look: Look): Fate {
  const { endings, mayFall } = follow(base, look, 0);
  const policy = base.hook?.policy ?? "accept";
  const ofPolicy = { kind: policy, by: `policy ${policy} of ${base.table} ${base.name}`, chain: base };
  const all: Ending[] = mayFall ? [...endings, ofPolicy] : endings;
  const unread = all.find(({ kind }) => kind === "unread");
  if (unread !== undefined) return fateBy("unclear", unread);
  const dropped = all.find(({ kind }) => kind === "drop");
  const accepted = all.find(({ kind }) => kind === "accept");
  if (dropped === undefined) return accepted === undefined ? { kind: "passes", by: "" } : fateBy("passes", accepted);
  const isOneOf = all.filter(({ kind }) => kind === "drop").length > 1;
  if (accepted === undefined && isOneOf) return { ...fateBy("dropped", dropped), isOneOf };
  return accepted === undefined ? fateBy("dropped", dropped) : fateBy("unclear", all[0] ?? dropped);
}

const fateBy = (kind: Fate["kind"], { by, chain, rule }: Ending): Fate => ({
  kind,
  by,
  chain,
  ...(rule === undefined ? {} : { rule }),
});

/** Every way in which a packet may leave a chain; `mayFall` if it may come to its end. */
function follow(chain: RulesetChain, look: Look, depth: number): { endings: Ending[]; mayFall: boolean } {
  const endings: Ending[] = [];
  let mayReturn = false;
  for (const rule of chain.rules) {
    const answer = matches(rule.conditions, look.packet);
    if (answer === "no") continue;
    const end = endOf(rule, chain, look, depth);
    endings.push(...end.endings);
    if (end.leaves) mayReturn = true;
    if (answer === "yes" && !end.goesOn) return { endings, mayFall: mayReturn };
  }
  return { endings, mayFall: true };
}

/** What a rule does with a packet that meets its conditions: `leaves` back to the calling chain, `goesOn` to the next rule. */
function endOf(rule: RulesetRule, chain: RulesetChain, look: Look, depth: number) {
  const { action, text } = rule;
  const end = (kind: Ending["kind"]) => ({
    endings: [{ kind, by: text, chain, rule }],
    leaves: false,
    goesOn: kind === "unread",
  });
  if (!("chain" in action)) {
    if (action.kind === "return") return { endings: [], leaves: true, goesOn: false };
    if (action.kind === "none" || (action.kind === "drop" && look.isBlind)) {
      return { endings: [], leaves: false, goesOn: true };
    }
    return end(action.kind);
  }
  const { kind, chain: called } = action;
  const target = look.chains.find(
    ({ family, table, name }) => family === chain.family && table === chain.table && name === called,
  );
  if (target === undefined || depth >= deepest) return end("unread");
  const { endings, mayFall } = follow(target, look, depth + 1);
  if (kind === "goto") return { endings, leaves: mayFall, goesOn: false };
  return { endings, leaves: false, goesOn: mayFall };
}
