import { h, type JSX } from "preact";
import type { ReportHead } from "../../model/topology/report-head.ts";
import type { Run } from "../../model/run/run.ts";
import { verdictSchema } from "../../model/verdict.ts";
import { phraseAccepted } from "../view/accepted-silence.ts";
import { phraseDecoys } from "../view/decoys-sent.ts";
import { sign } from "../text/palette.ts";
import { isWebAddress } from "../text/web-address.ts";
import { duration, moment } from "../text/wording.ts";
import { prose } from "./prose.ts";
import { inThousands } from "../../model/thousands.ts";

const outcomes = {
  pass: "Everything that was checked works",
  warn: "Everything passes, with notes",
  fail: "Something is not as required",
  unknown: "Some results are inconclusive",
  error: "Some flows could not be tried",
  skipped: "Nothing was sent from here",
} as const;

/** The verdict of the run in words, and what was checked, when and how. */
export function drawHead(run: Run): JSX.Element {
  const { summary, topology, catalog, startedAt, durationMs, stage, interrupted, results, tool, notes = [] } = run;
  const [decoys, accepted] = [phraseDecoys(run), phraseAccepted(run)];
  const count = (verdict: keyof typeof outcomes) => `${inThousands(summary[verdict])} ${verdict}`;
  const facts: [string, JSX.Element | string][] = [
    ...named("Topology", topology),
    ["Document", isWebAddress(catalog.url) ? outside(catalog.url, catalog.title) : catalog.title],
    ...named("Customer", run.report?.customer),
    ...named("Author", run.report?.author),
    ["Started", moment(startedAt)],
    ["Took", `${duration(durationMs)}${interrupted === true ? ", interrupted" : ""}`],
    ...(stage === "live" ? [] : ([["Stage", "before installation"]] as [string, string][])),
    ["Flows", inThousands(results.length)],
    ...(accepted === "" ? [] : ([["Not verified", accepted]] as [string, string][])),
    ...(decoys === "" ? [] : ([["Decoy ports", decoys]] as [string, string][])),
    ["Made by", `${tool.name} ${tool.version}`],
  ];
  return h(
    "header",
    { class: `head ${summary.verdict}` },
    drawCover(run.report),
    h(
      "div",
      { class: "verdict" },
      h("span", { class: "badge", "aria-hidden": "true" }, sign(summary.verdict, { unicode: true })),
      h(
        "div",
        null,
        h("h1", null, h("span", { class: "word" }, summary.verdict), outcomes[summary.verdict]),
        h("p", { class: "counts" }, verdictSchema.options.map(count).join(" · ")),
      ),
    ),
    h("div", { id: "tools" }),
    notes.map((note) => h("p", { class: "notes" }, prose(note))),
    h(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))),
    ),
  );
}

const outside = (href: string, text: string): JSX.Element => h("a", { href, rel: "noreferrer noopener" }, text);

const named = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]];

/** Title and logo, where the run has any. A picture in `<img>` runs no script, whatever it holds. */
function drawCover(report: ReportHead | undefined): JSX.Element | undefined {
  if (report?.title === undefined && report?.logo === undefined) return undefined;
  const { title, logo, customer } = report;
  return h(
    "div",
    { class: "cover" },
    logo === undefined ? undefined : h("img", { class: "logo", src: logo, alt: customer ?? "" }),
    title === undefined ? undefined : h("p", { class: "title" }, title),
  );
}
