// The truth: what every flow must show, in the healthy lab and under each fault. A truth is a list of rows
// `PATTERN: OUTCOME VERDICT REASON`, before anything is installed with the PROOF behind it; in a pattern `*` stands for anything and `{a,b}` for a or b. The last row that
// matches a flow counts.
import { LabError } from "./description.mjs";

const short = ["outcome", "verdict", "reason"];
const long = [...short, "proof"];

/** Compiles rows to a function from flow id to its truth and `row`, the pattern; undefined where none matches. */
function readTruth(rows, where, fields) {
  const compiled = Object.entries(rows).map(([pattern, text]) => {
    const words = text.split(" ");
    if (words.length !== fields.length)
      throw new LabError(`${where}: "${text}" is not ${fields.join(" ").toUpperCase()}`);
    const truth = Object.fromEntries(fields.map((field, at) => [field, words[at]]));
    return { expression: toExpression(pattern), truth: { ...truth, row: pattern } };
  });
  return (id) => compiled.findLast(({ expression }) => expression.test(id))?.truth;
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
  const rows = Object.entries(faults).map(([name, { truth = {} }]) => [name, `x-lab.faults.${name}.truth`, truth]);
  return allTruth(decide(truth, "x-lab.truth", ids, true, short), rows, ids, short);
}

/**
 * The truth before anything is installed, with responders. Only faults that change something then are in it. Throws
 * LabError too for a flow of TCP or UDP that is not proven while `unproven` does not say why.
 */
export function truthWithoutServices({ withoutServices: { truth, unproven }, faults }, ids) {
  const healthy = decide(truth, "x-lab.withoutServices.truth", ids, true, long);
  const rows = Object.entries(faults).flatMap(([name, { withoutServices }]) =>
    withoutServices === undefined ? [] : [[name, `x-lab.faults.${name}.withoutServices`, withoutServices]],
  );
  return { ...allTruth(healthy, rows, ids, long), unproven: excused(healthy, unproven) };
}

/** Why flows of TCP and UDP are not proven: pattern, reason in words, ids. */
function excused(healthy, unproven) {
  const excuses = Object.entries(unproven).map(([pattern, why]) => ({ pattern, why, expression: toExpression(pattern), ids: [] }));
  for (const [id, { proof }] of healthy) {
    if (proof === "proven" || /\/icmp(?:\/|$)/.test(id)) continue;
    const excuse = excuses.findLast(({ expression }) => expression.test(id));
    if (excuse === undefined) throw new LabError(`x-lab.withoutServices: ${id} is not proven, and nothing says why`);
    excuse.ids.push(id);
  }
  const idle = excuses.find(({ ids }) => ids.length === 0);
  if (idle !== undefined) throw new LabError(`x-lab.withoutServices.unproven: "${idle.pattern}" excuses no flow`);
  return excuses.map(({ pattern, why, ids }) => ({ pattern, why, ids }));
}

function allTruth(healthy, faults, ids, fields) {
  const changed = new Map();
  for (const [name, where, rows] of faults) {
    const changes = decide(rows, where, ids, false, fields);
    for (const [id, change] of changes) {
      const before = healthy.get(id);
      if (["-", "unsent"].includes(before.outcome) || format(change) === format(before)) changes.delete(id);
    }
    for (const row of Object.keys(rows)) {
      if (![...changes.values()].some((change) => change.row === row))
        throw new LabError(`${where}: "${row}" changes nothing`);
    }
    changed.set(name, changes);
  }
  return { healthy, changed };
}

function decide(rows, where, ids, mustCoverAll, fields) {
  const truth = readTruth(rows, where, fields);
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
export const format = ({ outcome, verdict, reason, proof }) =>
  `${outcome === "-" ? "not sent" : outcome}, ${verdict} (${reason}${proof === undefined ? "" : `, ${proof}`})`;
