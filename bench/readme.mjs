// Keeps the last run in bench/README.md, between two marks.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderSummary } from "./summary.mjs";

const file = fileURLToPath(new URL("README.md", import.meta.url));
const marks = ["<!-- last run: begin -->", "<!-- last run: end -->"];

/** Replaces the last run by this one: machine, versions, the exact command and both tables. */
export function writeReadme({ machine, command, rounds, summary }) {
  const text = readFileSync(file, "utf8");
  const [begin, end] = marks.map((mark) => text.indexOf(mark));
  if (begin === -1 || end < begin) throw new Error(`${file} lacks the lines ${marks.join(" and ")}`);
  const { cpus, cpu, memoryGb, kernel, node, nmap, fping, loadBefore } = machine;
  const facts = [
    new Date().toISOString().slice(0, 10),
    `${cpus} × ${cpu}, ${memoryGb} GB`,
    `kernel ${kernel}`,
    `Node ${node}`,
    nmap,
    fping,
    `load ${loadBefore.toFixed(1)} before the run`,
    `medians of ${rounds} rounds`,
  ];
  const run = `${facts.join("; ")}.\n\n\`\`\`sh\n${command}\n\`\`\`\n\n${renderSummary(summary)}`;
  writeFileSync(file, `${text.slice(0, begin)}${marks[0]}\n\n${run}\n${text.slice(end)}`);
}
