import type { Run } from "../model/run.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import type { RenderOptions } from "./options.ts";
import { renderTable } from "./table.ts";

/** The formats of a run, in the order in which help lists them. */
export const formats = ["table", "json", "junit", "markdown"] as const;
type Format = (typeof formats)[number];
type Renderer = (run: Run, options: RenderOptions) => string;

/** One renderer for each format: run record → text that ends with a line break. */
export const renderers = {
  table: renderTable,
  json: renderJson,
  junit: renderJunit,
  markdown: renderMarkdown,
} as const satisfies Record<Format, Renderer>;
