import { covers } from "../../model/address/network.ts";
import type { HostRule, HostRules, UnwrittenRule } from "../../model/firewall/host-rule.ts";
import type { Ruleset, RulesetRule } from "../../model/firewall/ruleset.ts";
import { type FirstPacket, matches } from "./matches.ts";
import { type Fate, hooksOfHost, walk } from "./walk.ts";

/** One needed rule, for one peer, compared with the firewall as it is. */
export interface CheckedRule {
  rule: HostRule;
  /** A literal or a network; `lo` for the loopback device. */
  peer: string;
  state: "allowed" | "missing" | "shadowed" | "unclear";
  /** The rule or policy that decides. */
  by: string;
}

/** A firewall compared with what a node needs. */
export interface RulesCheck {
  node: string;
  rules: readonly CheckedRule[];
  unwritten: readonly UnwrittenRule[];
  /** Rules of ours that nothing needs any more. */
  superfluous: readonly string[];
  verdict: "ok" | "wrong" | "unclear";
}

/**
 * Compares what a node's firewall must let through with what it does let through. `unclear` wherever a rule decides that
 * cannot be read, or no listing of the family was given.
 */
export function checkHostRules({ node, rules, unwritten }: HostRules, rulesets: readonly Ruleset[]): RulesCheck {
  const checked = rules.flatMap((rule) => peersOf(rule).map((peer) => checkOne(rule, peer, rulesets)));
  const isWrong = checked.some(({ state }) => state === "missing" || state === "shadowed");
  const isUnclear = unwritten.length > 0 || checked.some(({ state }) => state === "unclear");
  return {
    node,
    rules: checked,
    unwritten,
    superfluous: rulesets.flatMap((ruleset) => superfluous(ruleset, rules)),
    verdict: isWrong ? "wrong" : isUnclear ? "unclear" : "ok",
  };
}

const peersOf = ({ peers }: HostRule): readonly string[] => (peers.length === 0 ? ["lo"] : peers);

function checkOne(rule: HostRule, peer: string, rulesets: readonly Ruleset[]): CheckedRule {
  const own = rulesets.filter(({ families }) => families.includes(rule.family));
  if (own.length === 0)
    return { rule, peer, state: "unclear", by: `a listing of IPv${rule.family}, which was not given` };
  const states = own.flatMap((ruleset) => packetsOf(rule, peer).map((packet) => stateIn(ruleset, rule, packet)));
  const worst = (["missing", "shadowed", "unclear", "allowed"] as const).find((one) =>
    states.some(({ state }) => state === one),
  );
  const found = states.find(({ state }) => state === worst);
  return { rule, peer, state: found?.state ?? "unclear", by: found?.by ?? "" };
}

function stateIn(ruleset: Ruleset, rule: HostRule, packet: FirstPacket): Pick<CheckedRule, "state" | "by"> {
  const fate: Fate = walk(ruleset, hooksOfHost[rule.direction], packet);
  if (fate.kind === "passes") return { state: "allowed", by: fate.by };
  if (fate.kind === "unclear") return { state: "unclear", by: fate.by };
  const behind = walk(ruleset, hooksOfHost[rule.direction], packet, true);
  return { state: behind.kind === "passes" && !behind.by.startsWith("policy ") ? "shadowed" : "missing", by: fate.by };
}

/** The first packets of a rule: to each of the node's addresses, or to the peer. */
function packetsOf({ direction, family, protocol, port, targets }: HostRule, peer: string): FirstPacket[] {
  const kind = { family, protocol, direction, isLoopback: peer === "lo", ...(port === undefined ? {} : { port }) };
  if (peer === "lo")
    return targets.length === 0 ? [kind] : targets.map((target) => ({ ...kind, source: target, target }));
  if (direction === "out") return [{ ...kind, target: peer }];
  return targets.length === 0
    ? [{ ...kind, source: peer }]
    : targets.map((target) => ({ ...kind, source: peer, target }));
}

/** Rules of ours, by their comment, for a peer or port that nothing needs. Others may be there for other reasons. */
function superfluous({ chains, families }: Ruleset, rules: readonly HostRule[]): string[] {
  const own = rules.filter(({ family }) => families.includes(family));
  return chains.flatMap((chain) =>
    chain.rules
      .filter(({ comment = "", action }) => comment.startsWith("portmatrix:") && action.kind === "accept")
      .filter((rule) => !isNeeded(rule, own))
      .map(({ text }) => text),
  );
}

function isNeeded({ conditions }: RulesetRule, rules: readonly HostRule[]): boolean {
  const peersSaid = conditions.flatMap((one) => (one.what === "source" || one.what === "target" ? one.values : []));
  const others = conditions.filter(({ what }) => what !== "source" && what !== "target");
  const fitting = rules.filter((rule) =>
    peersOf(rule).some((peer) => matches(others, { ...rule, isLoopback: peer === "lo" }) !== "no"),
  );
  if (peersSaid.length === 0) return fitting.length > 0;
  return peersSaid.every((peer) => fitting.some(({ peers }) => peers.some((one) => covers(one, peer) === "all")));
}
