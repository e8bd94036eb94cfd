import type { SiteSettings } from "../checkmk/site-features.ts";
import { isMap, type Literal, type LiteralMap } from "../python/literal.ts";
import { readStatements } from "../python/statements.ts";

/**
 * The settings of one file over those of the files before it. A dictionary that is updated keeps its other keys. Anything
 * but literals throws an `InputError` that names the line.
 */
export function readSettings(text: string, file: string, before: SiteSettings = new Map()): SiteSettings {
  const settings = new Map(before);
  for (const { name, keys, action, values } of readStatements(text, file)) {
    const [value] = values;
    if (value === undefined || keys.length > 0) continue;
    const known = settings.get(name);
    if (action === "set") settings.set(name, value);
    else if (action === "update" && isMap(value)) settings.set(name, merged(known, value));
  }
  return settings;
}

/** Settings that a connection has for its site, over those of all sites. */
export const settingsOver = (all: SiteSettings, own: Literal | undefined): SiteSettings =>
  isMap(own) ? new Map([...all, ...own]) : all;

const merged = (before: Literal | undefined, after: LiteralMap): LiteralMap =>
  isMap(before) ? new Map([...before, ...after]) : after;
