import { escapeUnseen } from "../../model/text/printable.ts";
import type { Traced, TraceReport } from "../../model/run/trace.ts";
import type { Step } from "../../model/run/walk.ts";
import { wrap } from "../text/layout.ts";
import type { RenderOptions } from "../text/options.ts";
import { caveatSentences, pathSentence, walkLabel } from "../text/path-words.ts";
import { duration } from "../text/wording.ts";

/** Each walk as a table of distances, the conclusion below it, and what bounds that; sentences are wrapped. */
export const renderTraceText = ({ traces }: TraceReport, { width }: Pick<RenderOptions, "width">): string =>
  traces.map((traced) => one(traced, width)).join("\n");

function one({ from, to, address, through, trace }: Traced, width: number): string {
  const { walk, control, large } = trace;
  const walks = [walk, control, large].filter((walk) => walk !== undefined);
  const most = Math.max(0, ...walks.flatMap(({ steps }) => steps.map(({ hops }) => hops)));
  const rows = [
    ["hop", ...walks.map(walkLabel)],
    ...Array.from({ length: most }, (_, at) => [
      String(at + 1),
      ...walks.map(({ steps }) => stepText(steps.find(({ hops }) => hops === at + 1))),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padStart(widths[0] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  const source = walk.sourcePort === undefined || walk.protocol === "icmp" ? "" : `, source port ${walk.sourcePort}`;
  const head = `${from} → ${to} (${address}), ${walkLabel(walk)}${source}${through === undefined ? "" : `, through ${through}`}`;
  const body = most === 0 ? [] : [...table.map((line) => `  ${line}`), ""];
  const wrapped = (text: string): string[] => wrap(escapeUnseen(text), width);
  const sentences = [pathSentence(trace), ...caveatSentences(trace.conclusion)];
  return `${[...wrapped(head), "", ...body.map((line) => escapeUnseen(line)), ...sentences.flatMap(wrapped)].join("\n")}\n`;
}

function stepText(step: Step | undefined): string {
  if (step === undefined) return "";
  const { answer, from = "", rttMs, sent, icmpCode = "", mtu } = step;
  const after = rttMs === undefined ? "" : `  ${duration(rttMs)}`;
  const again = sent > 1 && answer !== "none" ? `  at packet ${sent}` : "";
  return `${texts[answer]({ from, icmpCode, sent, mtu })}${after}${again}`;
}

interface StepFacts {
  from: string;
  icmpCode: string;
  sent: number;
  mtu: number | undefined;
}

const texts = {
  expired: ({ from }) => from,
  open: ({ from }) => `${from}  takes the connection`,
  reply: ({ from }) => `${from}  answers`,
  closed: ({ from }) => `${from}  nothing listens`,
  reset: () => "reset",
  rejected: ({ from, icmpCode }) => `${from}  rejects, ICMP ${icmpCode}`,
  "too-big": ({ from, mtu }) => `${from}  too large${mtu === undefined ? "" : `, ${mtu} bytes fit`}`,
  none: ({ sent }) => `*  (${sent} ${sent === 1 ? "packet" : "packets"})`,
} as const satisfies Record<Step["answer"], (facts: StepFacts) => string>;
