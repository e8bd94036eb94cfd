// Writes what is derived from the code: the JSON Schemas under schema/ and docs/verdicts.md. Run by `npm run generate`
// after a build; test/generated.test.ts fails where the committed files are not what this would write.
import { mkdirSync, writeFileSync } from "node:fs";
import { markdownTable } from "markdown-table";
import { z } from "zod";
import { rules } from "../dist/judge/rules.js";
import { serviceRules } from "../dist/judge/service-rules.js";
import { catalogSchema } from "../dist/model/catalog.js";
import { verdictOf } from "../dist/model/reason.js";
import { registrationSchema } from "../dist/model/registration.js";
import { runSchema } from "../dist/model/run.js";
import { topologyFileSchema } from "../dist/model/topology.js";
import { reasonWords } from "../dist/report/reasons/entries.js";
import { reasonsOf } from "../dist/report/reasons/explain.js";
import { findingMeanings, outcomeMeanings, proofMeanings, verdictMeanings } from "../dist/report/reasons/meanings.js";
import { schemaFiles } from "./schemas.mjs";
import { verdictsDoc } from "./verdicts-doc.mjs";

const files = [
  ...schemaFiles({ catalogSchema, topologyFileSchema, runSchema, registrationSchema }, z.toJSONSchema),
  verdictsDoc(
    {
      rules,
      serviceRules,
      verdictOf,
      reasonWords,
      reasonsOf,
      verdictMeanings,
      proofMeanings,
      outcomeMeanings,
      findingMeanings,
    },
    markdownTable,
  ),
];
for (const [path, text] of files) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
