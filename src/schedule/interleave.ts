/**
 * Puts probes in the order in which they are started: one of each target in turn, so that no target gets its probes
 * back to back. Targets keep the order of their first appearance, and so do the probes of one target; the same input
 * always gives the same order.
 */
export function interleave<Probe extends { target: string }>(probes: readonly Probe[]): Probe[] {
  const byTarget = new Map<string, Probe[]>();
  for (const probe of probes) {
    const group = byTarget.get(probe.target);
    if (group === undefined) byTarget.set(probe.target, [probe]);
    else group.push(probe);
  }
  const ordered: Probe[] = [];
  let groups = [...byTarget.values()];
  for (let round = 0; groups.length > 0; round++) {
    groups = groups.filter((group) => group.length > round);
    for (const group of groups) ordered.push(group[round] as Probe);
  }
  return ordered;
}
