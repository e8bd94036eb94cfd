// Reads and checks the catalogs and lists of plug-ins once and for all and leaves them as JSON in dist/catalog, where src/load/shipped-catalog.ts
// finds them. Run by `npm run build`, after tsc.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { listCatalogs, parseCatalog } from "../dist/load/catalog.js";
import { parsePluginList } from "../dist/load/plugins.js";
import { pluginKinds } from "../dist/model/plugin/plugin-kinds.js";
import { fingerprintOf } from "../dist/load/shipped-catalog.js";

const root = fileURLToPath(new URL("..", import.meta.url));

const catalogs = await listCatalogs(`${root}catalog`);
const products = [...new Set(catalogs.map((id) => id.split("/")[0]))];
const lists = products
  .flatMap((product) => pluginKinds.map((kind) => `${product}/${kind}`))
  .filter((id) => existsSync(`${root}catalog/${id}.yaml`));

for (const [ids, parse] of [
  [catalogs, parseCatalog],
  [lists, parsePluginList],
]) {
  for (const id of ids) {
    const source = `${root}catalog/${id}.yaml`;
    const text = readFileSync(source, "utf8");
    const file = `${root}dist/catalog/${id}.json`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ madeFrom: fingerprintOf(text), catalog: parse(text, source) }));
  }
}
