import type { HostRule, HostRules } from "../../model/firewall/host-rule.ts";
import { plainText } from "../../model/text/printable.ts";
import type { Ruleset } from "../../model/firewall/ruleset.ts";
import { listed } from "../text/wording.ts";

/** How rules are to be written. */
export interface RuleOptions {
  /** Also a rule for the answers, for a firewall that has none. */
  hasReplies: boolean;
  /** The firewall as it is, by which the chains have their names. */
  ruleset?: Ruleset;
}

/** `# 2.1 agent: Checkmk agent; from cmk` */
export function remarkOf({ purposes, direction, names }: HostRule): string {
  const peers =
    names.length === 0 ? "over the loopback device" : `${direction === "in" ? "from" : "to"} ${listed(names, 6)}`;
  return `# ${plainText(`${purposes.join("; ")}; ${peers}`)}`;
}

/** The name of a rule within the firewall; letters, digits and `-` alone, and short enough for nft (128 bytes). */
export const commentOf = ({ requirements }: HostRule): string =>
  `portmatrix: ${requirements.join(" ").replaceAll(/[^\w .-]/g, "")}`.slice(0, 120);

/** The directions that chains are needed for: answers go the other way. */
export const directionsOf = (rules: readonly HostRule[], hasReplies: boolean): HostRule["direction"][] =>
  hasReplies ? ["in", "out"] : [...new Set(rules.map(({ direction }) => direction))];

/** What everybody who applies the rules has to know, as comments; `own` is what holds for one format. */
export function preface({ node, unwritten }: HostRules, own: readonly string[]): string[] {
  return [
    `# Rules for the firewall of ${node} itself, by portmatrix. Read them before you apply them: nothing was changed.`,
    "# They allow new connections; replies belong to these connections.",
    ...own.map((line) => `# ${line}`),
    ...unwritten.map(({ direction, peer, name, service }) => {
      const why =
        name === undefined ? "the topology has no address of this family" : `${name} is a name; see --resolve`;
      return `# No rule for ${service} ${direction === "in" ? "from" : "to"} ${plainText(peer)}: ${plainText(why)}.`;
    }),
  ];
}
