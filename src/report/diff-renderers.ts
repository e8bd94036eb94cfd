import type { Comparison } from "../model/comparison.ts";
import { renderDiffCsv } from "./diff-csv.ts";
import { renderDiffJson } from "./diff-json.ts";
import { renderDiffJunit } from "./diff-junit.ts";
import { renderDiffMarkdown } from "./diff-markdown.ts";
import { renderDiffTable } from "./diff-table.ts";
import { renderGithub } from "./github.ts";
import { renderGitlab } from "./gitlab.ts";
import type { RenderOptions } from "./options.ts";
import { renderSarif } from "./sarif.ts";

/** The formats of a comparison, in the order in which help lists them. */
export const diffFormats = ["table", "json", "junit", "markdown", "csv", "github", "gitlab", "sarif"] as const;
type DiffFormat = (typeof diffFormats)[number];
type DiffRenderer = (comparison: Comparison, options: RenderOptions) => string;

/** One renderer for each format: comparison → text that ends with a line break. Annotations show regressions alone. */
export const diffRenderers = {
  table: renderDiffTable,
  json: renderDiffJson,
  junit: renderDiffJunit,
  markdown: renderDiffMarkdown,
  csv: renderDiffCsv,
  github: ({ regressions }) => renderGithub(regressions),
  gitlab: ({ regressions }) => renderGitlab(regressions),
  sarif: ({ regressions }) => renderSarif(regressions),
} as const satisfies Record<DiffFormat, DiffRenderer>;
