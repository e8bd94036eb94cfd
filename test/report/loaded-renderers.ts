import { type DiffRenderer, type DiffFormat, diffRenderers } from "../../src/report/diff-renderers.ts";
import { type PlanFormat, type PlanRenderer, planRenderers } from "../../src/report/plan-renderers.ts";
import { type Format, type Renderer, renderers } from "../../src/report/renderers.ts";

/** Calls each loader once, so that tests can use the renderers as plain functions. */
async function loadAll<Name extends string, Loaded>(loaders: Record<Name, () => Promise<Loaded>>) {
  const entries = Object.entries(loaders) as [Name, () => Promise<Loaded>][];
  const loaded = await Promise.all(entries.map(async ([name, load]) => [name, await load()] as const));
  return Object.fromEntries(loaded) as Record<Name, Loaded>;
}

/** Every renderer as a function of run and options, whether it needs them or not. */
export const render = await loadAll<Format, Renderer>(renderers);
/** The same for comparisons. */
export const renderDiff = await loadAll<DiffFormat, DiffRenderer>(diffRenderers);
/** The same for plans. */
export const renderPlan = await loadAll<PlanFormat, PlanRenderer>(planRenderers);
