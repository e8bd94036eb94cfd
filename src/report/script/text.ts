import type { ScriptOrder, ScriptPlan, ScriptStep } from "../../model/script.ts";

/** What a template has in place of what is different in each script, each alone in its line, and the hash anywhere. */
export const placeholders = { head: "@HEAD@", orders: "@ORDERS@", id: "@ID@" } as const;

/** The hash of a script is made with this in its place. */
export const emptyId = "0".repeat(64);

/** A script: the template with its head and its orders. `id` is `emptyId` while the hash is made. */
export function scriptText(template: string, plan: ScriptPlan, id: string): string {
  return template
    .replace(placeholders.head, () => headLines(plan).join("\n"))
    .replace(placeholders.orders, () => [...askedLines(plan), ...plan.orders.flatMap(linesOf)].join("\n"))
    .replaceAll(placeholders.id, () => id);
}

/** The first lines of its fragment; what only the machine knows follows them. */
const headLines = ({ version, node, plan, seed, timeoutMs, asked }: ScriptPlan): string[] => [
  "pm format portmatrix-fragment/1",
  `pm version ${version}`,
  `pm node ${node}`,
  `pm plan ${plan}`,
  `pm seed ${seed}`,
  `pm timeout ${timeoutMs}`,
  ...(asked === undefined ? [] : [`pm asked ${[...asked.ports, ...asked.addresses].join(" ")}`]),
];

/** What it reads on its own machine, for those who read the script. */
function askedLines({ asked }: ScriptPlan): string[] {
  if (asked === undefined) return [];
  const ports = asked.ports.join(", ");
  return [
    `# Nothing is sent for it: whether something listens here on ${ports} is read as well; --no-listeners leaves it out`,
  ];
}

/** One order: what it is in words, and the line that the script obeys. */
function linesOf(order: ScriptOrder): string[] {
  const { number, protocol, target, port, timeoutMs, isCareful, steps, unsent, words, flows } = order;
  const sent = unsent === undefined ? steps.map((step) => wordOf(step, order)).join(",") : `unsent=${hexOf(unsent)}`;
  const place = `${protocol} ${target} ${port ?? "-"} ${timeoutMs} ${isCareful ? "once" : "again"}`;
  return [`# ${number}: ${plain(words)}; for ${flows.map(plain).join(", ")}`, `${number} ${place} ${sent || "-"}`];
}

function wordOf(step: ScriptStep, { communityFrom = "-" }: ScriptOrder): string {
  switch (step.do) {
    case "hear":
      return `hear=${step.forMs}`;
    case "shut":
      return step.do;
    case "say":
      return `say=${step.bytes || "-"}${step.isAside === true ? "~" : ""}`;
    case "tls":
      return `tls=${step.name ?? "-"}:${step.alpn ?? "-"}:${step.forMs}:${step.hello}`;
    case "get":
      return `get=${step.version}:${step.pdu}:${communityFrom}`;
  }
}

const hexOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Comments of a script hold nothing that any of its languages could take for its own. An apostrophe is none: each has the
 * lines in a text that ends with a line of its own, and a comment begins with a number.
 */
const plain = (text: string): string => text.replaceAll(/[^\w .,:;/>()+='-]/g, "_");
