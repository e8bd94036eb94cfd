// The truth: what every flow must show, in the healthy lab and under each fault. A truth is a list of rows
// `PATTERN: OUTCOME VERDICT REASON`; in a pattern `*` stands for anything and `{a,b}` for a or b. The last row that
// matches a flow counts.
import { LabError } from "./description.mjs";

/** Compiles rows to a function from flow id to `{ outcome, verdict, reason, row }`, or undefined where none matches. */
function readTruth(rows, where) {
  const compiled = Object.entries(rows).map(([pattern, words]) => {
    const [outcome, verdict, reason, ...rest] = words.split(" ");
    if (reason === undefined || rest.length > 0)
      throw new LabError(`${where}: "${words}" is not OUTCOME VERDICT REASON`);
    return { pattern, expression: toExpression(pattern), outcome, verdict, reason };
  });
  return (id) => {
    const row = compiled.findLast(({ expression }) => expression.test(id));
    return row && { outcome: row.outcome, verdict: row.verdict, reason: row.reason, row: row.pattern };
  };
}

/** `2.1/*{a,b}` → /^2\.1\/.*(?:a|b)$/ */
function toExpression(pattern) {
  const source = pattern.replace(/\{([^}]*)\}|\*|[\\^+?.()|[\]$]/g, (sign, choice) => {
    if (sign === "*") return ".*";
    return choice === undefined ? `\\${sign}` : `(?:${choice.split(",").join("|")})`;
  });
  return new RegExp(`^${source}$`);
}

/**
 * The truth of every flow: of the healthy lab, and of each fault for the flows that it changes. Throws LabError where
 * a flow has no truth, a row decides no flow, or a fault's row says nothing new.
 */
export function truthOf({ truth, faults }, ids) {
  const healthy = decide(truth, "x-lab.truth", ids, true);
  const changed = new Map();
  for (const [name, fault] of Object.entries(faults)) {
    const where = `x-lab.faults.${name}.truth`;
    const changes = decide(fault.truth ?? {}, where, ids, false);
    for (const [id, change] of changes) {
      const before = healthy.get(id);
      if (["-", "unsent"].includes(before.outcome) || format(change) === format(before)) changes.delete(id);
    }
    for (const row of Object.keys(fault.truth ?? {})) {
      if (![...changes.values()].some((change) => change.row === row))
        throw new LabError(`${where}: "${row}" changes nothing`);
    }
    changed.set(name, changes);
  }
  return { healthy, changed };
}

function decide(rows, where, ids, mustCoverAll) {
  const truth = readTruth(rows, where);
  const decided = new Map(ids.map((id) => [id, truth(id)]));
  for (const [id, one] of decided) {
    if (one !== undefined) continue;
    if (mustCoverAll) throw new LabError(`${where}: no row for ${id}`);
    decided.delete(id);
  }
  const used = new Set([...decided.values()].map(({ row }) => row));
  const idle = Object.keys(rows).find((row) => !used.has(row));
  if (idle !== undefined) throw new LabError(`${where}: the row "${idle}" decides no flow`);
  return decided;
}

/** `silent → fail (no-answer)`, the form of the table. */
export const format = ({ outcome, verdict, reason }) =>
  `${outcome === "-" ? "not sent" : outcome}, ${verdict} (${reason})`;
