import type { Answer } from "../../model/outcome.ts";
import { verdictOf } from "../../model/reason.ts";
import { groupBy } from "../text/group-by.ts";
import { type Facts, listed } from "../text/wording.ts";
import { answersAs, familyOf, isGoodAnswer, withFamily } from "../text/answers-as.ts";

/** Finds what the same sender learned of the same requirement at the other addresses of a target. */
export type OtherAddressesOf = (facts: Facts) => readonly Facts[];

/** Indexes what a run has of targets with several addresses; the index is made by the first question, because few ask. */
export function otherAddressesIn(run: readonly Facts[]): OtherAddressesOf {
  let severalAt: ReadonlySet<string> | undefined;
  let byRequirement: ReadonlyMap<string, readonly Facts[]> | undefined;
  return (facts) => {
    severalAt ??= withSeveralAddresses(run);
    if (!severalAt.has(facts.to)) return [];
    const several = severalAt;
    byRequirement ??= groupBy(
      run.filter(({ to }) => several.has(to)),
      requirementAt,
    );
    return (byRequirement.get(requirementAt(facts)) ?? []).filter(({ address }) => address !== facts.address);
  };
}

/** The targets that were asked at more than one address; nearly all have one, and need no more than this look. */
function withSeveralAddresses(run: readonly Facts[]): ReadonlySet<string> {
  const addressOf = new Map<string, string>();
  const several = new Set<string>();
  for (const { to, address } of run) {
    const known = addressOf.get(to);
    if (known === undefined) addressOf.set(to, address);
    else if (known !== address) several.add(to);
  }
  return several;
}

const requirementAt = ({ from, to, section, requirement, protocol, port, expect }: Facts): string =>
  [from, to, section, requirement, protocol, port, expect].join(" ");

/** An address that answered as it should. */
export type Working = Pick<Answer, "outcome" | "evidence"> & { address: string };

/**
 * The addresses of the same target that answer where this one does not: those behind the same name, and those that the
 * topology lists beside it.
 */
export function workingBeside(facts: Facts, others: readonly Facts[]): Working[] {
  const { address, expect, reason, evidence } = facts;
  if (expect !== "open" || evidence.satisfiedBy !== undefined || doesWork(facts)) return [];
  if (reason === "address-family-not-routed") return [];
  const behindName = (evidence.addresses ?? []).flatMap((one) =>
    one.address === undefined || one.address === address ? [] : [{ ...one, address: one.address }],
  );
  const listedBeside = others.flatMap((one) =>
    one.outcome === "open" ? [{ address: one.address, outcome: openOutcome, evidence: one.evidence }] : [],
  );
  const all = new Map([...behindName, ...listedBeside].filter(isGoodAnswer).map((one) => [one.address, one]));
  return [...all.values()];
}

const openOutcome = { kind: "open", rttMs: 0 } as const;

/** An answer with a caveat works all the same: nothing is missing at this address. */
function doesWork({ outcome, evidence, reason }: Facts): boolean {
  if (verdictOf(reason) === "pass") return true;
  return outcome === "open" && isGoodAnswer({ outcome: openOutcome, evidence });
}

/** `IPv4 10.0.0.5 answers as an agent, IPv6 fd00::5 does not`; empty where no other address answers. */
export function addressContrast(facts: Facts, works: readonly Working[]): string {
  if (works.length === 0) return "";
  const how = [...groupBy(works, (one) => answersAs(one, facts))].map(([words, some]) => {
    const names = some.map(({ address }) => withFamily(address));
    return `${listed(names)} ${names.length === 1 ? words : plural(words)}`;
  });
  const not = facts.outcome === "unsent" ? "could not be asked" : "does not";
  return `${how.join(", ")}, ${withFamily(facts.address)} ${not}`;
}

const plural = (words: string): string => words.replace(/^(answer|accept)s\b/, "$1");

/** Where to look where one address of a target works and another does not. */
export function addressAdvice(facts: Facts, works: readonly Working[]): string {
  const { from, to, address, outcome, evidence } = facts;
  if (works.length === 0 || outcome === "unsent") return "";
  const contrast = addressContrast(facts, works);
  const family = familyOf(facts);
  const isFamily = family !== undefined && works.every((one) => familyOf(one) !== family);
  const isHeld = evidence.farEnd?.state === "held"; // by a responder, so the target does listen
  const where = isHeld
    ? `routes and firewall rules of that family between ${from} and ${to}`
    : `what ${to} listens on and at routes and firewall rules of that family between ${from} and it`;
  return isFamily
    ? `${contrast}: look at ${family} first, at ${where}; if it is not used, take it out of the topology or the DNS. `
    : `${contrast}: see first whether ${address} still belongs to ${to}, and whether the service listens there as well. `;
}
