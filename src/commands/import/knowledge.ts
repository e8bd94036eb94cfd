import type { Knowledge } from "../../import/checkmk/draft-of.ts";
import { listCatalogs } from "../../load/catalog.ts";
import { loadRoster } from "../../load/plugins.ts";
import { catalogDirectory } from "../shipped-files.ts";

/** What the shipped catalogs know. */
export async function knowledge(): Promise<Knowledge> {
  const ids = await listCatalogs(catalogDirectory);
  const catalogVersions = ids.flatMap((id) => (id.startsWith("checkmk/") ? [id.slice("checkmk/".length)] : []));
  return { catalogVersions, calls: await loadRoster(catalogDirectory, "checkmk") };
}
