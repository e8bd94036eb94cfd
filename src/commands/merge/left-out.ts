import { escapeUnseen } from "../../model/text/printable.ts";
import { InputError } from "../../model/text/problem.ts";

/** Why the fragment of a node is of no use to a run, whatever is in it. */
export type NodeLeft = "sends" | "sent" | "has-fragment" | "not-asked";

const countsLess = "itself, which counts more than a file of it";
const reasons: Readonly<Record<NodeLeft, (node: string) => string>> = {
  sends: (node) => `this run sends from ${node} ${countsLess}`,
  sent: (node) => `the run sent from ${node} ${countsLess}`,
  "has-fragment": (node) => `the run has what a script brought from ${node} already`,
  "not-asked": (node) => `nothing of ${node} is asked for (--from, --section, --only)`,
};

/** Says why the fragment of this node is left out. */
export const whyNodeLeft = (why: NodeLeft, node: string): string => reasons[why](node);

/** Says a line for each file that is left out. */
export function tellLeft(left: readonly string[], say: (line: string) => void): void {
  for (const line of left) say(`portmatrix: note: left out: ${escapeUnseen(line)}\n`);
}

const mostTold = 20;

/** The error where everything that `--merge` names is left out; `end` says what that means for the run. */
export const nothingLeft = (left: readonly string[], end = ""): InputError =>
  new InputError(left.slice(0, mostTold).map((message) => ({ file: "--merge", message: `${message}${end}` })));
