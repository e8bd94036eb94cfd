import type { Comparison } from "../../model/run/comparison.ts";
import type { Run } from "../../model/run/run.ts";
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
  github: async () => annotating((await import("../run/github.ts")).githubOf),
  gitlab: async () => annotating((await import("../run/gitlab.ts")).renderGitlab),
  sarif: async () => annotating((await import("../run/sarif.ts")).renderSarif),
} as const satisfies Readonly<Record<string, () => Promise<DiffRenderer>>>;

export type DiffFormat = keyof typeof diffRenderers;
/** The formats of a comparison. */
export const diffFormats = Object.keys(diffRenderers) as readonly DiffFormat[];

/** Annotations show what is broken or lost, as a run; the whole new run says which causes are possible. */
async function annotating(render: (regressions: Run, whole: Run) => string): Promise<DiffRenderer> {
  const { shownRegressions, shownRun } = await import("./shown.ts");
  return (comparison) => render(shownRegressions(comparison), shownRun(comparison));
}
