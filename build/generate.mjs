// Writes what is derived from the code: the JSON Schemas under schema/. Run by `npm run generate` after a build;
// test/generated.test.ts fails where the committed files are not what this would write.
import { mkdirSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { catalogSchema } from "../dist/model/catalog.js";
import { runSchema } from "../dist/model/run.js";
import { topologyFileSchema } from "../dist/model/topology.js";
import { schemaFiles } from "./schemas.mjs";

for (const [path, text] of schemaFiles({ catalogSchema, topologyFileSchema, runSchema }, z.toJSONSchema)) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
