import type { Run } from "../../model/run/run.ts";
import type { RenderOptions } from "../text/options.ts";

/** A text that ends with a line break, whole or, where it may be very large, in pieces. */
export type Rendering = string | Iterable<string>;
export type Renderer = (run: Run, options: RenderOptions) => Rendering;

/**
 * One renderer for each format: run record → text, in the order in which help lists them. Each is loaded when it is asked for, because the libraries behind
 * some of them take longer to load than a small run takes.
 */
export const renderers = {
  table: async () => (await import("./table.ts")).renderTable,
  json: async () => (await import("./json.ts")).renderJson,
  ndjson: async () => (await import("./ndjson.ts")).renderNdjson,
  junit: async () => (await import("./junit.ts")).renderJunit,
  tap: async () => (await import("./tap.ts")).renderTap,
  markdown: async () => (await import("./markdown.ts")).renderMarkdown,
  html: async () => (await import("../html/html.ts")).renderHtml,
  csv: async () => (await import("./csv.ts")).renderCsv,
  prometheus: async () => (await import("./prometheus.ts")).renderPrometheus,
  github: async () => (await import("./github.ts")).renderGithub,
  gitlab: async () => (await import("./gitlab.ts")).renderGitlab,
  sarif: async () => (await import("./sarif.ts")).renderSarif,
  nagios: async () => (await import("./nagios.ts")).renderNagios,
  "checkmk-local": async () => (await import("./checkmk-local.ts")).renderCheckmkLocal,
  "checkmk-spool": async () => (await import("./checkmk-local.ts")).renderCheckmkSpool,
  "checkmk-piggyback": async () => (await import("./checkmk-piggyback.ts")).renderCheckmkPiggyback,
} as const satisfies Readonly<Record<string, () => Promise<Renderer>>>;

export type Format = keyof typeof renderers;
/** The formats of a run. */
export const formats = Object.keys(renderers) as readonly Format[];
/** The one format that is written while the run goes on. */
export const streamed: Format = "ndjson";
