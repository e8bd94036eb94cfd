import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { catalogSchema, type Catalog } from "../../src/model/catalog.ts";
import { type PluginList, pluginListSchema } from "../../src/model/plugin/plugin.ts";
import { pluginKinds } from "../../src/model/plugin/plugin-kinds.ts";
import { compareNumbers } from "./rule.ts";

const root = new URL("../../catalog/", import.meta.url);

/** Parses one catalog from YAML text; throws where it does not fit the schema. */
function readCatalog(yaml: string): Catalog {
  return catalogSchema.parse(parse(yaml));
}

/** Every catalog that is shipped, with its path below the repository; versions of a product ascend. */
export function shippedCatalogs(): { path: string; catalog: Catalog }[] {
  return readdirSync(root).flatMap((product) =>
    readdirSync(new URL(`${product}/`, root))
      .filter((file) => /^\d/.test(file)) // the others are lists of plug-ins
      .map((file) => `${product}/${file}`)
      .map((file) => ({ path: `catalog/${file}`, catalog: readCatalog(readFileSync(new URL(file, root), "utf8")) }))
      .toSorted((left, right) => compareNumbers(left.catalog.version, right.catalog.version)),
  );
}

/** Every list of plug-ins that is shipped, with its path below the repository. */
export function shippedLists(): { path: string; list: PluginList }[] {
  return readdirSync(root).flatMap((product) =>
    pluginKinds.map((kind) => {
      const file = `${product}/${kind}.yaml`;
      const list = pluginListSchema.parse(parse(readFileSync(new URL(file, root), "utf8")));
      return { path: `catalog/${file}`, list };
    }),
  );
}
