// Writes what is derived from the code: the JSON Schemas under schema/, docs/verdicts.md and docs/dependencies.md. Run by
// `npm run generate` after a build; test/generated.test.ts fails where the committed files are not what this would write.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import { z } from "zod";
import { rules } from "../dist/judge/rules.js";
import { serviceRules } from "../dist/judge/service-rules.js";
import { catalogSchema } from "../dist/model/catalog.js";
import { registrationSchema } from "../dist/model/registration.js";
import { runSchema } from "../dist/model/run.js";
import { topologyFileSchema } from "../dist/model/topology.js";
import { explanations, reasonsOf } from "../dist/report/reasons/explain.js";
import { findingMeanings, outcomeMeanings, proofMeanings, verdictMeanings } from "../dist/report/reasons/meanings.js";
import { dependenciesDoc, readDependencies } from "./dependencies-doc.mjs";
import { schemaFiles } from "./schemas.mjs";
import { verdictsDoc } from "./verdicts-doc.mjs";

const files = [
  ...schemaFiles({ catalogSchema, topologyFileSchema, runSchema, registrationSchema }, z.toJSONSchema),
  verdictsDoc(
    {
      rules,
      serviceRules,
      explanations,
      reasonsOf,
      verdictMeanings,
      proofMeanings,
      outcomeMeanings,
      findingMeanings,
    },
    markdownTable,
  ),
  dependenciesDoc(readDependencies(fileURLToPath(new URL("..", import.meta.url))), markdownTable),
];
for (const [path, text] of files) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
