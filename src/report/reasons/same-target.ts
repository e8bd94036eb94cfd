import type { Facts } from "../text/wording.ts";

/** Finds what one sender learned of one address, in the order in which it was asked; the flow itself is among it. */
export type SameTargetOf = (facts: Facts) => readonly Facts[];

/**
 * Indexes a run by sender and address; the index is made by the first question, because few reasons ask. `asked` are the
 * flows in the order of the plan, which is that in which each target is asked.
 */
export function sameTargetIn(run: readonly Facts[], asked: readonly { id: string }[]): SameTargetOf {
  let byPlace: Map<string, Facts[]> | undefined;
  return (facts) => {
    byPlace ??= indexOf(inOrderOf(asked, run));
    return byPlace.get(placeOf(facts)) ?? [];
  };
}

const placeOf = ({ from, address }: Facts): string => `${from} ${address}`;

function inOrderOf(asked: readonly { id: string }[], run: readonly Facts[]): Facts[] {
  const byId = new Map(run.map((facts) => [facts.id, facts]));
  return asked.flatMap(({ id }) => byId.get(id) ?? []);
}

function indexOf(run: readonly Facts[]): Map<string, Facts[]> {
  const byPlace = new Map<string, Facts[]>();
  for (const facts of run) {
    if (facts.vantage === undefined) continue; // nothing was sent
    const known = byPlace.get(placeOf(facts));
    if (known === undefined) byPlace.set(placeOf(facts), [facts]);
    else known.push(facts);
  }
  return byPlace;
}

const words = { open: "answered", prohibited: "was prohibited", refused: "was refused" } as const;

/**
 * What shows that something at an address, or in its name, answers: `tcp/22 answered`. What says most comes first: an
 * answer, a prohibition, a refusal. `undefined` where nothing else answered.
 */
export function lifeBeside(others: readonly Facts[], nameOf: (facts: Facts) => string): string | undefined {
  for (const kind of ["open", "prohibited", "refused"] as const) {
    const found = others.find(({ outcome }) => outcome === kind);
    if (found !== undefined) return `${nameOf(found)} ${words[kind]}`;
  }
  return undefined;
}

/** Fewer connections than these, answered and then not, may well be a coincidence. */
const least = { answered: 4, silent: 3 };

/**
 * How many new TCP connections to an address were answered before all others were not, as a rule that limits new
 * connections makes it; `undefined` where the order is another, or too few were tried.
 */
export function answeredBeforeSilence(sameTarget: readonly Facts[]): { answered: number; silent: number } | undefined {
  const outcomes = new Map(
    sameTarget.flatMap(({ protocol, port, outcome }) => (protocol === "tcp" ? [[port, outcome] as const] : [])),
  );
  const inOrder = [...outcomes.values()];
  const answered = inOrder.findIndex((outcome) => outcome !== "open" && outcome !== "refused");
  const silent = inOrder.length - answered;
  if (answered < least.answered || silent < least.silent) return undefined;
  return inOrder.slice(answered).every((outcome) => outcome === "silent") ? { answered, silent } : undefined;
}
