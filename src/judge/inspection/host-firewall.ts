import type { FirewallFact, HostState } from "../../model/inspection.ts";
import { plainText } from "../../model/text/printable.ts";
import type { Rejection, Ruleset } from "../../model/firewall/ruleset.ts";
import type { FirstPacket } from "../firewall/matches.ts";
import { type Fate, hooksOfHost, walk } from "../firewall/walk.ts";

/** How a flow failed. */
export type Seen = "refused" | "prohibited" | "unreachable" | "silent" | "closed";

/** What a host's own firewall does with a packet, and whether that is what was seen; absent where it lets it pass. */
export interface HostFirewall {
  fact: FirewallFact;
  explains: "yes" | "maybe" | "no";
}

/**
 * Takes a packet through the firewall of the host, hook by hook. What explains what was seen comes first, then what may
 * explain it. Chains that iptables made are listed by nft as well, but only iptables says what all of their rules ask.
 */
export function hostFirewall(
  { rulesets }: Pick<HostState, "rulesets">,
  packets: readonly FirstPacket[],
  direction: keyof typeof hooksOfHost,
  seen: Seen,
): HostFirewall | undefined {
  const own = withoutDoubles(rulesets);
  const found = own.flatMap((ruleset) =>
    hooksOfHost[direction].flatMap((hook) => atHook(ruleset, hook, packets, seen) ?? []),
  );
  const byWorth = (worth: HostFirewall["explains"]) => found.find(({ explains }) => explains === worth);
  return byWorth("yes") ?? byWorth("maybe") ?? found[0];
}

function atHook(ruleset: Ruleset, hook: string, packets: readonly FirstPacket[], seen: Seen): HostFirewall | undefined {
  const own = packets.filter(({ family }) => ruleset.families.includes(family));
  const fates = own.map((packet) => walk(ruleset, [hook], packet));
  const found = fates.find(({ kind }) => kind === "dropped") ?? fates.find(({ kind }) => kind === "unclear");
  if (found === undefined) return undefined;
  // Several addresses may be the sender's: a rule for one of them alone decides nothing.
  const isSure = fates.every(({ kind }) => kind === "dropped");
  const action = found.rule?.action;
  const isDrop = action === undefined || action.kind === "drop";
  const looksSo = isDrop ? looksLike(action?.kind === "drop" ? action.answer : undefined, seen) : true;
  return {
    fact: firewallOf(ruleset, found, isSure),
    explains: looksSo ? (isSure ? "yes" : "maybe") : "no",
  };
}

/** A drop is silence; a rejection looks as it says. Who may not read ICMP codes sees "unreachable" for "prohibited". */
function looksLike(answer: Rejection | undefined, seen: Seen): boolean {
  if (answer === undefined) return seen === "silent";
  if (answer === "unread") return seen !== "silent";
  if (seen === "refused") return answer === "reset" || answer === "port-unreachable";
  return (seen === "prohibited" || seen === "unreachable") && (answer === "prohibited" || answer === "unreachable");
}

function firewallOf({ tool }: Ruleset, { by, chain, rule, isOneOf }: Fate, isSure: boolean): FirewallFact {
  const action = rule?.action;
  const answer = action?.kind === "drop" ? action.answer : undefined;
  const packets = rule === undefined ? chain?.hook?.packets : rule.packets;
  const at = rule === undefined ? -1 : (chain?.rules.indexOf(rule) ?? -1);
  const names = chain === undefined ? [] : [...(tool === "nft" ? [chain.family] : []), chain.table, chain.name];
  return {
    does: isSure ? (answer === undefined ? "drops" : "rejects") : "unclear",
    tool,
    chain: plainText(names.join(" ")).slice(0, 600),
    ...(chain?.hook === undefined ? {} : { hook: plainText(chain.hook.name).slice(0, 60) }),
    ...(at < 0 ? {} : { number: at + 1 }),
    ...(rule?.handle === undefined ? {} : { handle: rule.handle }),
    ...(isOneOf === true ? { orLater: true as const } : {}),
    rule: plainText(
      chain !== undefined && by.startsWith(`${chain.name}: `) ? by.slice(chain.name.length + 2) : by,
    ).slice(0, 600),
    ...writerOf(chain?.table ?? "", chain?.name ?? ""),
    ...(packets === undefined ? {} : { packets }),
  };
}

/** Chains whose names two tools give themselves (docs/notes/inspection.md#chains-of-firewalld-and-ufw). */
function writerOf(table: string, chain: string): Pick<FirewallFact, "writtenBy" | "zone"> {
  if (/^ufw6?-/.test(chain)) return { writtenBy: "ufw" };
  const zone = /^(?:filter_)?IN_(.+?)(?:_(?:pre|log|deny|allow|post))?$/.exec(chain)?.[1];
  if (table === "firewalld" || zone !== undefined)
    return { writtenBy: "firewalld", ...(zone === undefined ? {} : { zone: plainText(zone).slice(0, 60) }) };
  return {};
}

/** The rulesets, those of nft without the chains that a listing of iptables has. */
function withoutDoubles(rulesets: readonly Ruleset[]): Ruleset[] {
  const listed = new Set(
    rulesets
      .filter(({ isShownByNft }) => isShownByNft === true)
      .flatMap(({ chains }) => chains.map(({ family, table, name }) => `${family} ${table} ${name}`)),
  );
  return rulesets.map((ruleset) =>
    ruleset.tool === "iptables"
      ? ruleset
      : {
          ...ruleset,
          chains: ruleset.chains.filter(({ family, table, name }) => !listed.has(`${family} ${table} ${name}`)),
        },
  );
}
