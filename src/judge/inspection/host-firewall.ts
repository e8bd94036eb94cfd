import type { FirewallFact, HostState } from "../../model/inspection.ts";
import type { Ruleset } from "../../model/ruleset.ts";
import type { FirstPacket } from "../firewall/matches.ts";
import { type Fate, walk } from "../firewall/walk.ts";

/** What a host's own firewall does with a packet, and how a rejection looks from outside; absent where it lets it pass. */
export interface HostFirewall {
  fact: FirewallFact;
  answer?: "reset" | "port-unreachable" | "prohibited" | "unreachable" | "unread";
}

const hooks = { in: ["ingress", "prerouting", "input"], out: ["output", "postrouting"] } as const;

/**
 * Takes a packet through the firewall of the host. What drops for sure comes first, then what cannot be told. Chains that
 * iptables made are listed by nft as well, but only iptables says what all of their rules ask.
 */
export function hostFirewall(
  { rulesets }: Pick<HostState, "rulesets">,
  packets: readonly FirstPacket[],
  direction: keyof typeof hooks,
): HostFirewall | undefined {
  const own = withoutDoubles(rulesets);
  const fates = own.flatMap((ruleset) =>
    packets
      .filter(({ family }) => ruleset.families.includes(family))
      .map((packet) => ({ ruleset, fate: walk(ruleset, hooks[direction], packet) })),
  );
  const dropped = fates.filter(({ fate }) => fate.kind === "dropped");
  // Several addresses may be the sender's: a rule for one of them alone decides nothing.
  const isSure = dropped.length > 0 && own.some((ruleset) => isDroppedAlways(ruleset, packets, direction));
  const found = dropped[0] ?? fates.find(({ fate }) => fate.kind === "unclear");
  return found === undefined ? undefined : firewallOf(found.ruleset, found.fate, isSure);
}

function isDroppedAlways(ruleset: Ruleset, packets: readonly FirstPacket[], direction: keyof typeof hooks): boolean {
  const own = packets.filter(({ family }) => ruleset.families.includes(family));
  return own.length > 0 && own.every((packet) => walk(ruleset, hooks[direction], packet).kind === "dropped");
}

function firewallOf({ tool }: Ruleset, { by, chain, rule }: Fate, isSure: boolean): HostFirewall {
  const action = rule?.action;
  const answer = action?.kind === "drop" ? action.answer : undefined;
  const packets = rule === undefined ? chain?.hook?.packets : rule.packets;
  const at = rule === undefined ? -1 : (chain?.rules.indexOf(rule) ?? -1);
  const names = chain === undefined ? [] : [...(tool === "nft" ? [chain.family] : []), chain.table, chain.name];
  const fact: FirewallFact = {
    does: isSure ? (answer === undefined ? "drops" : "rejects") : "unclear",
    tool,
    chain: names.join(" "),
    ...(chain?.hook === undefined ? {} : { hook: chain.hook.name }),
    ...(at < 0 ? {} : { number: at + 1 }),
    ...(rule?.handle === undefined ? {} : { handle: rule.handle }),
    rule: (chain !== undefined && by.startsWith(`${chain.name}: `) ? by.slice(chain.name.length + 2) : by).slice(
      0,
      600,
    ),
    ...writerOf(chain?.table ?? "", chain?.name ?? ""),
    ...(packets === undefined ? {} : { packets }),
  };
  return { fact, ...(answer === undefined || !isSure ? {} : { answer }) };
}

/** Chains whose names two tools give themselves (docs/notes/inspection.md#chains-of-firewalld-and-ufw). */
function writerOf(table: string, chain: string): Pick<FirewallFact, "writtenBy" | "zone"> {
  if (/^ufw6?-/.test(chain)) return { writtenBy: "ufw" };
  const zone = /^(?:filter_)?IN_(.+?)(?:_(?:pre|log|deny|allow|post))?$/.exec(chain)?.[1];
  if (table === "firewalld" || zone !== undefined)
    return { writtenBy: "firewalld", ...(zone === undefined ? {} : { zone: zone.slice(0, 60) }) };
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
