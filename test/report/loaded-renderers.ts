import { type DiffRenderer, type DiffFormat, diffRenderers } from "../../src/report/diff/renderers.ts";
import { type PlanFormat, type PlanRenderer, planRenderers } from "../../src/report/plan/renderers.ts";
import { type Format, type Renderer, type Rendering, renderers } from "../../src/report/run/renderers.ts";
import type { Run } from "../../src/model/run/run.ts";
import type { RenderOptions } from "../../src/report/text/options.ts";

/** Calls each loader once, so that tests can use the renderers as plain functions. */
async function loadAll<Name extends string, Loaded>(loaders: Record<Name, () => Promise<Loaded>>) {
  const entries = Object.entries(loaders) as [Name, () => Promise<Loaded>][];
  const loaded = await Promise.all(entries.map(async ([name, load]) => [name, await load()] as const));
  return Object.fromEntries(loaded) as Record<Name, Loaded>;
}

/** A rendering in one piece. */
export const whole = (text: Rendering): string => (typeof text === "string" ? text : [...text].join(""));

/** Gives the text of a renderer in one piece. */
const wholly =
  (renderer: Renderer) =>
  (run: Run, options: RenderOptions): string =>
    whole(renderer(run, options));

const loaded = Object.entries(await loadAll<Format, Renderer>(renderers));
/** Every renderer as a function of run and options to one text, whether it needs the options or not. */
export const render = Object.fromEntries(loaded.map(([name, renderer]) => [name, wholly(renderer)])) as Record<
  Format,
  (run: Run, options: RenderOptions) => string
>;
/** The same for comparisons. */
export const renderDiff = await loadAll<DiffFormat, DiffRenderer>(diffRenderers);
/** The same for plans. */
export const renderPlan = await loadAll<PlanFormat, PlanRenderer>(planRenderers);
