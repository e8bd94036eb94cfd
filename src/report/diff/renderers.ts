import type { Comparison } from "../../model/comparison.ts";
import type { RenderOptions } from "../text/options.ts";

export type DiffRenderer = (comparison: Comparison, options: RenderOptions) => string;

/**
 * One renderer for each format, in the order in which help lists them, loaded when it is asked for: comparison → text
 * that ends with a line break. Annotations show regressions alone.
 */
export const diffRenderers = {
  table: async () => (await import("./table.ts")).renderDiffTable,
  json: async () => (await import("./json.ts")).renderDiffJson,
  junit: async () => (await import("./junit.ts")).renderDiffJunit,
  markdown: async () => (await import("./markdown.ts")).renderDiffMarkdown,
  csv: async () => (await import("./csv.ts")).renderDiffCsv,
  github: async () => regressionsOnly((await import("../run/github.ts")).renderGithub),
  gitlab: async () => regressionsOnly((await import("../run/gitlab.ts")).renderGitlab),
  sarif: async () => regressionsOnly((await import("../run/sarif.ts")).renderSarif),
} as const satisfies Readonly<Record<string, () => Promise<DiffRenderer>>>;

export type DiffFormat = keyof typeof diffRenderers;
/** The formats of a comparison. */
export const diffFormats = Object.keys(diffRenderers) as readonly DiffFormat[];

function regressionsOnly(render: (run: Comparison["regressions"]) => string): DiffRenderer {
  return ({ regressions }) => render(regressions);
}
