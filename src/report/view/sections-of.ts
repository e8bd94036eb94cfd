import type { Result, Run } from "../../model/run/run.ts";
import { sectionName } from "../../model/section.ts";
import { groupBy } from "../text/group-by.ts";

/** The flows of one section of the document. */
export interface SectionResults {
  id: string;
  /** `2.2 The Checkmk server`; the title alone where the id is no number of the document. */
  name: string;
  anchor: string;
  results: readonly Result[];
}

/** The sections of a run that have flows, in the order of the document. */
export function sectionsOf({ sections, results }: Pick<Run, "sections" | "results">): SectionResults[] {
  const bySection = groupBy(results, ({ section }) => section);
  return sections.flatMap(({ id, title, anchor }) => {
    const own = bySection.get(id);
    return own === undefined ? [] : [{ id, name: sectionName({ id, title: title.en }), anchor, results: own }];
  });
}
