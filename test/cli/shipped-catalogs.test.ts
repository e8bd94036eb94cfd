import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { listCatalogs, parseCatalog } from "../../src/load/catalog.ts";
import { fingerprintOf } from "../../src/load/shipped-catalog.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

it.each(await listCatalogs(`${root}catalog`))("dist holds %s as its YAML says it", (id) => {
  const text = readFileSync(`${root}catalog/${id}.yaml`, "utf8");
  const shipped = JSON.parse(readFileSync(`${root}dist/catalog/${id}.json`, "utf8"));
  expect(shipped).toEqual({ madeFrom: fingerprintOf(text), catalog: parseCatalog(text, `${id}.yaml`) });
});
