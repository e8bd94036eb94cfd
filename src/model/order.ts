/**
 * Sorts by id, character by character: the order of plans and results. A list that has it already is not copied; that is
 * the usual case.
 */
export function sortById<One extends { id: string }>(list: One[]): One[] {
  const isSorted = list.every(({ id }, at) => at === 0 || (list[at - 1]?.id ?? "") <= id);
  return isSorted ? list : list.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
