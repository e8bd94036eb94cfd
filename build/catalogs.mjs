// Reads and checks the catalogs once and for all and leaves them as JSON in dist/catalog, where src/load/shipped-catalog.ts
// finds them. Run by `npm run build`, after tsc.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { listCatalogs, parseCatalog } from "../dist/load/catalog.js";
import { fingerprintOf } from "../dist/load/shipped-catalog.js";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const id of await listCatalogs(`${root}catalog`)) {
  const source = `${root}catalog/${id}.yaml`;
  const text = readFileSync(source, "utf8");
  const file = `${root}dist/catalog/${id}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ madeFrom: fingerprintOf(text), catalog: parseCatalog(text, source) }));
}
