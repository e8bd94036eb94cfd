import { listCatalogs, loadCatalog } from "../load/catalog.ts";
import { loadPluginList } from "../load/plugins.ts";
import type { Catalog, Requirement } from "../model/catalog.ts";
import type { PluginList } from "../model/plugin/plugin.ts";
import { pluginKinds } from "../model/plugin/plugin-kinds.ts";
import { plainTexts } from "../model/text/printable.ts";
import { catalogFormats } from "./help/format-help.ts";
import { parseDestinations } from "./output/formats.ts";
import { conclude, deliver } from "./output/output.ts";
import { pluginTable } from "./plugin-table.ts";
import { catalogDirectory } from "./shipped-files.ts";

import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

const defaultProduct = "checkmk";

/**
 * Without an id lists the catalogs that come with portmatrix; with one validates it and prints its requirements, or one of
 * the lists of plug-ins.
 */
export async function catalogCommand(
  id: string | undefined,
  options: { format: readonly string[] },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const destinations = await parseDestinations(options.format.length > 0 ? options.format : ["table"], catalogFormats);
  const shown = await showing(id, Math.min(Math.max(surroundings.columns ?? 100, 60), 160));
  const undelivered = await deliver(
    destinations,
    (format) => (format === "json" ? `${JSON.stringify(plainTexts(shown.content), null, 2)}\n` : shown.table()),
    surroundings.out,
  );
  return conclude(exitCodes.ok, undelivered, surroundings);
}

/** What is shown: as values, and for people. */
interface Shown {
  content: object;
  table: () => string;
}

async function showing(id: string | undefined, width: number): Promise<Shown> {
  if (id === undefined) {
    const ids = await listCatalogs(catalogDirectory);
    return { content: ids, table: () => ids.map((known) => `${known}\n`).join("") };
  }
  const list = await pluginListOf(id);
  if (list !== undefined) return { content: list, table: () => pluginTable(plainTexts(list), id, width) };
  const catalog = await loadCatalog(id, catalogDirectory);
  return { content: catalog, table: () => describe(plainTexts(catalog)) };
}

/** `special-agents` is the list of the product that is the default, `PRODUCT/special-agents` that of another one. */
async function pluginListOf(id: string): Promise<PluginList | undefined> {
  const [product, name] = id.includes("/") ? id.split("/") : [defaultProduct, id];
  const kind = pluginKinds.find((one) => one === name);
  return kind === undefined || product === undefined ? undefined : loadPluginList(kind, catalogDirectory, product);
}

function describe({ product, version, title, url, source, sections }: Catalog): string {
  const lines = [`${product}/${version}: ${title}`, url, `Source: ${source}`];
  for (const section of sections) {
    lines.push("", `${section.id} ${section.title.en} (${url}#${section.anchor})`);
    for (const requirement of section.requirements) lines.push(...rowOf(requirement));
  }
  return `${lines.join("\n")}\n`;
}

function rowOf({ id, from, to, protocol, port, service, purpose, enabled_by, notes }: Requirement): string[] {
  const ports = port === undefined ? protocol : `${[port].flat().join(" or ")}/${protocol}`;
  const condition = enabled_by === undefined ? "" : `, only with ${enabled_by.join(" or ")}`;
  return [
    `  ${id}: ${from} -> ${to} ${ports}, ${service}${condition}`,
    `    ${purpose}`,
    ...notes.map((note) => `    Note: ${note}`),
  ];
}
