import type { Requirement } from "../../../src/model/catalog.ts";
import { portsOf, type Rule } from "../rule.ts";

/** What the members of a group must have in common, as text that can be compared. */
const ends = ({ from, to, scope, enabled_by, applies }: Requirement): string =>
  JSON.stringify([from, to, scope, enabled_by ?? [], applies ?? {}]);

/** A group of alternatives has two ports or more, one direction, and is planned as a whole or not at all. */
export const alternativesInGroups: Rule = {
  name: "alternatives-in-groups",
  why: "One pass satisfies the group, so its members must be two ways to do the same thing between the same nodes.",
  check: ({ sections }) =>
    sections.flatMap(({ id, requirements }) => {
      const groups = new Set(requirements.flatMap(({ alternative }) => alternative ?? []));
      return [...groups].flatMap((group) => {
        const members = requirements.filter(({ alternative }) => alternative === group);
        const messages: string[] = [];
        if (new Set(members.flatMap(portsOf)).size < 2) messages.push(`${id}: the group "${group}" has one port only`);
        if (new Set(members.map(ends)).size > 1)
          messages.push(`${id}: the members of the group "${group}" differ in direction or conditions`);
        if (requirements.some((requirement) => requirement.id === group))
          messages.push(`${id}: the group "${group}" is named like a requirement`);
        return messages;
      });
    }),
};
