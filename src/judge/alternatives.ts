import type { Flow } from "../model/flow.ts";
import { type Reason, traitsOf, verdictOf } from "../model/reason.ts";
import type { Judgement } from "../model/run/run.ts";
import { isProblem } from "../model/severity.ts";

/**
 * A member satisfies its group if it was open; a refusal that is merely excused, because the service may be absent, does
 * not. Nor is a page that only leads to HTTPS, because HTTPS is the other member. One port at two addresses of a machine
 * is one service, so an answer there is enough, whatever it says. Before the installation an open path is all
 * that can be had, so it is enough too.
 */
function replaces({ reason, evidence, port }: Judgement, other: Judgement): boolean {
  const traits = traitsOf(reason);
  if (traits.verdict === "warn" && traits.isEnoughAtSamePort === true && port === other.port) return true;
  if (isOpenPath(reason)) return true;
  const works = traits.verdict === "pass" || (traits.verdict === "warn" && traits.works);
  return works && evidence.service?.leadsTo === undefined;
}

/**
 * One member of a group of alternatives that works is enough: the others turn into `warn` and name it. Outcome and
 * evidence stay what they were. If none works, each keeps its own verdict. Members that were not probed stay `skipped`.
 * Without groups the list itself is returned.
 */
export function settleAlternatives(judgements: Judgement[], flows: readonly Flow[]): Judgement[] {
  const groupOf = new Map<string, string>();
  for (const { id, alternative } of flows) if (alternative !== undefined) groupOf.set(id, alternative);
  if (groupOf.size === 0) return judgements;
  const groups = new Map<string, Judgement[]>();
  for (const judgement of judgements) {
    const group = groupOf.get(judgement.id);
    if (group === undefined) continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [judgement]);
    else known.push(judgement);
  }
  return judgements.map((judgement) => {
    if (!isProblem(judgement.verdict)) return judgement;
    const members = groups.get(groupOf.get(judgement.id) ?? "") ?? [];
    const others = members.filter((member) => replaces(member, judgement));
    const by =
      others.find(({ verdict }) => verdict === "pass") ?? others.find(({ reason }) => !isOpenPath(reason)) ?? others[0];
    if (by === undefined) return judgement;
    const evidence = { ...judgement.evidence, satisfiedBy: by.id };
    const reason = isOpenPath(by.reason) ? "alternative-path-open" : "alternative-satisfied";
    return { ...judgement, verdict: verdictOf(reason), reason, evidence };
  });
}

function isOpenPath(reason: Reason): boolean {
  const traits = traitsOf(reason);
  return traits.verdict === "warn" && traits.isOpenPath === true;
}
