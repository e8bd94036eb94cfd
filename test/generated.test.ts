import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { schemaFiles } from "../build/schemas.mjs";
import { catalogSchema } from "../src/model/catalog.ts";
import { runSchema } from "../src/model/run.ts";
import { topologyFileSchema } from "../src/model/topology.ts";

const files = schemaFiles({ catalogSchema, topologyFileSchema, runSchema }, z.toJSONSchema);

it.each(files)("%s is what `npm run generate` writes", (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")).toBe(text);
});
