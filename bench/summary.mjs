// Many single runs become medians, ratios, and a table.
import { markdownTable } from "markdown-table";
import { memoryTargetMb } from "./workloads.mjs";

export function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * One entry for each workload: for each tool its medians, the worst count of false results in a round, and the targets
 * with what was reached. `runs` are the measured runs, `{ workload, tool, wallMs, peakMb, cpuMs, wrong, missing }`.
 */
export function summarise(workloads, runs) {
  return workloads.map((workload) => {
    const others = [...(workload.senders ?? []), ...workload.peers].map(({ name }) => name);
    const tools = ["portmatrix", ...others].map((tool) => {
      const own = runs.filter((run) => run.workload === workload.id && run.tool === tool);
      const middle = (key) => median(own.map((run) => run[key]));
      const most = (key) => Math.max(...own.map((run) => run[key]));
      return {
        tool,
        wallMs: middle("wallMs"),
        cpuMs: middle("cpuMs"),
        peakMb: most("peakMb"),
        wrong: most("wrong"),
        missing: most("missing"),
      };
    });
    const product = tools[0];
    const medianOf = (peer) => tools.find(({ tool }) => tool === peer).wallMs;
    const reached = ({ peer, ratio, limitMs = ratio * medianOf(peer) }) => ({
      text: peer === undefined ? `${whole(limitMs)} ms` : `${ratio} x ${peer} (${whole(limitMs)} ms)`,
      isMet: product.wallMs <= limitMs,
    });
    const targets = workload.targets.map(([goal, moonshot]) => ({ goal: reached(goal), moonshot: reached(moonshot) }));
    return { id: workload.id, title: workload.title, flows: workload.hosts * workload.flows.length, tools, targets };
  });
}

const whole = (value) => Math.round(value).toLocaleString("en");
const columnsOf = ({ text, isMet }) => [text, isMet ? "met" : "missed"];

/** The two tables in Markdown: every tool with its ratio, and the targets. */
export function renderSummary(summary) {
  const rows = summary.flatMap(({ id, title, flows, tools }) =>
    tools.map(({ tool, wallMs, cpuMs, peakMb, wrong, missing }, index) => [
      index === 0 ? `${id} ${title}, ${whole(flows)} flows` : "",
      tool,
      whole(wallMs),
      index === 0 ? "" : (tools[0].wallMs / wallMs).toFixed(2),
      whole(cpuMs),
      whole(peakMb),
      whole(wrong),
      whole(missing),
    ]),
  );
  const head = ["work", "tool", "ms", "portmatrix / tool", "CPU ms", "peak MB", "wrong", "missing"];
  const targets = summary.flatMap(({ id, tools, targets: ofOne }) =>
    ofOne.map(({ goal, moonshot }) => [id, `${whole(tools[0].wallMs)} ms`, ...columnsOf(goal), ...columnsOf(moonshot)]),
  );
  const memory = memoryRow(summary);
  const align = ["l", "l", "r", "r", "r", "r", "r", "r"];
  const targetHead = ["work", "portmatrix", "target", "", "moonshot", ""];
  const targetTable = markdownTable([targetHead, ...targets, ...memory]);
  return `${markdownTable([head, ...rows], { align })}\n\n${targetTable}\n`;
}

/** The memory target counts only where all 30,000 flows were run. */
function memoryRow(summary) {
  const peaks = summary.filter(({ flows }) => flows === 30_000).map(({ tools }) => tools[0].peakMb);
  if (peaks.length === 0) return [];
  const peak = Math.max(...peaks);
  const [goal, moonshot] = memoryTargetMb.map((limit) => columnsOf({ text: `${limit} MB`, isMet: peak <= limit }));
  return [["memory", `${whole(peak)} MB`, ...goal, ...moonshot]];
}
