import { listCatalogs, loadCatalog } from "../load/catalog.ts";
import type { Catalog, Requirement } from "../model/catalog.ts";
import { plainTexts } from "../model/printable.ts";
import { catalogDirectory } from "./shipped-files.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Without an id lists the catalogs that come with portmatrix; with one validates it and prints its requirements. */
export async function catalogCommand(id: string | undefined, { out }: Surroundings): Promise<ExitCode> {
  if (id === undefined) {
    for (const known of await listCatalogs(catalogDirectory)) out(`${known}\n`);
    return exitCodes.ok;
  }
  out(describe(plainTexts(await loadCatalog(id, catalogDirectory))));
  return exitCodes.ok;
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
