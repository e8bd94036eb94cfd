import type { Run } from "../model/run.ts";
import { renderCheckmkLocal, renderCheckmkSpool } from "./checkmk-local.ts";
import { renderCheckmkPiggyback } from "./checkmk-piggyback.ts";
import { renderCsv } from "./csv.ts";
import { renderGithub } from "./github.ts";
import { renderGitlab } from "./gitlab.ts";
import { renderHtml } from "./html/html.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderNagios } from "./nagios.ts";
import { renderNdjson } from "./ndjson.ts";
import type { RenderOptions } from "./options.ts";
import { renderPrometheus } from "./prometheus.ts";
import { renderSarif } from "./sarif.ts";
import { renderTable } from "./table.ts";
import { renderTap } from "./tap.ts";

/** The formats of a run, in the order in which help lists them. */
export const formats = [
  "table",
  "json",
  "ndjson",
  "junit",
  "tap",
  "markdown",
  "html",
  "csv",
  "prometheus",
  "github",
  "gitlab",
  "sarif",
  "nagios",
  "checkmk-local",
  "checkmk-spool",
  "checkmk-piggyback",
] as const;
export type Format = (typeof formats)[number];
type Renderer = (run: Run, options: RenderOptions) => string;

/** One renderer for each format: run record → text that ends with a line break. */
export const renderers = {
  table: renderTable,
  json: renderJson,
  ndjson: renderNdjson,
  junit: renderJunit,
  tap: renderTap,
  markdown: renderMarkdown,
  html: renderHtml,
  csv: renderCsv,
  prometheus: renderPrometheus,
  github: renderGithub,
  gitlab: renderGitlab,
  sarif: renderSarif,
  nagios: renderNagios,
  "checkmk-local": renderCheckmkLocal,
  "checkmk-spool": renderCheckmkSpool,
  "checkmk-piggyback": renderCheckmkPiggyback,
} as const satisfies Record<Format, Renderer>;
