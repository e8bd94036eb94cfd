import type { StepState } from "../../model/registration/doctor.ts";
import type { Registration } from "../../model/registration/registration.ts";
import type { Verdict } from "../../model/verdict.ts";
import { stepTitles } from "./steps.ts";
import { hanging, wrap } from "../text/layout.ts";
import type { RenderOptions } from "../text/options.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";
import { duration, moment, withAddresses } from "../text/wording.ts";

/** A step is shown with the signs that every other report uses. */
const verdictOf = {
  ok: "pass",
  note: "warn",
  broken: "fail",
  undecided: "error",
  skipped: "skipped",
} as const satisfies Record<StepState, Verdict>;

const headings = { works: "WORKS", broken: "BROKEN", undecided: "UNDECIDED" } as const;
const colours = { works: "pass", broken: "fail", undecided: "unknown" } as const;

/**
 * The report for a person: the steps in their order with what was seen, the first broken one, what still works, likely
 * causes and what to do. Commands stand on lines of their own, whole, so that they can be copied.
 */
export function renderRegistrationText(record: Registration, { width, colour, unicode = true }: RenderOptions): string {
  const dress: Dress = { colour, unicode };
  const blocks = [
    drawHeader(record, width, dress),
    drawSteps(record.steps, width, dress),
    drawFirstBroken(record, width, dress),
    drawList("Still works", record.stillWorks, width, dress),
    drawList("Likely causes, the likeliest first", record.causes, width, dress),
    drawRemedies(record, width, dress),
    wrap(`${headings[record.verdict]}  ${record.summary}`, width).map((line, at) =>
      at === 0 ? line.replace(headings[record.verdict], (word) => paint(colours[record.verdict], word, dress)) : line,
    ),
    record.interrupted === true ? ["Interrupted: what was not seen in time counts as not sent."] : [],
  ];
  const shown = blocks.filter((block) => block.length > 0).map((block) => block.join("\n"));
  return `${plainSigns(shown.join("\n\n"), dress)}\n`;
}

function drawHeader(
  { subject, startedAt, durationMs, notes = [] }: Registration,
  width: number,
  dress: Dress,
): string[] {
  const { server, addresses, site, host, hostAddresses } = subject;
  const who = `${host === undefined ? "this machine" : withAddresses(host, hostAddresses)} → ${withAddresses(server, addresses)}, site ${site}`;
  const when = `${moment(startedAt)}, in ${duration(durationMs)}`;
  return [
    paint("bold", "portmatrix doctor registration", dress),
    ...wrap(`${who} · ${when}`, width),
    ...notes.flatMap((note) => wrap(note, width).map((line) => paint("warn", line, dress))),
  ];
}

/** Neighbours that were left out for the same reason share a line. */
function drawSteps(steps: Registration["steps"], width: number, dress: Dress): string[] {
  const lines: string[] = [];
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at];
    if (step === undefined) break;
    let last = at;
    while (step.state === "skipped" && steps[last + 1]?.message === step.message) last++;
    if (last === at) lines.push(...drawStep(step, at + 1, width, dress));
    else {
      const mark = `${at + 1}-${last + 1} ${sign("skipped", dress)} `;
      const paintMark = (plain: string) => paint("skipped", plain, dress);
      lines.push(...hanging(mark, step.message, { indent: 2, width, paint: paintMark }));
    }
    at = last;
  }
  return lines;
}

function drawStep(step: Registration["steps"][number], number: number, width: number, dress: Dress): string[] {
  const verdict = verdictOf[step.state];
  const mark = `${number} ${sign(verdict, dress)} `;
  const lines = hanging(mark, `${stepTitles[step.name]}: ${step.message}`, {
    indent: 2,
    width,
    paint: (plain) => paint(verdict, plain, dress),
  });
  // Where all is well and there is one address, the sentence says it all.
  const isTold = step.state === "ok" && step.seen.length <= 2;
  const seen = isTold ? [] : step.seen.flatMap(({ message }) => hanging("· ", message, { indent: 6, width }));
  return [...lines, ...seen];
}

function drawFirstBroken({ firstBroken, steps }: Registration, width: number, dress: Dress): string[] {
  const at = steps.findIndex(({ name }) => name === firstBroken);
  const found = steps[at];
  if (found === undefined) return [];
  const title = paint("bold", "First broken step", dress);
  return [
    title,
    ...wrap(`${at + 1}, ${stepTitles[found.name]}: ${found.message}`, width - 2).map((line) => `  ${line}`),
    ...(found.inspected ?? []).flatMap((sentence) => hanging("· ", sentence, { indent: 2, width })),
  ];
}

function drawList(title: string, entries: readonly { message: string }[], width: number, dress: Dress): string[] {
  if (entries.length === 0) return [];
  const lines = entries.flatMap(({ message }, at) => hanging(`${at + 1}. `, message, { indent: 2, width }));
  return [paint("bold", title, dress), ...lines];
}

function drawRemedies({ remedies }: Registration, width: number, dress: Dress): string[] {
  if (remedies.length === 0) return [];
  const lines = remedies.flatMap(({ message, commands }, at) => [
    ...hanging(`${at + 1}. `, message, { indent: 2, width }),
    ...commands.map((command) => `       ${command}`),
  ]);
  return [paint("bold", "What to do", dress), ...lines];
}
