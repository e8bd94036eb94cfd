// Writes what is derived from the code: the JSON Schemas under schema/. Run by `npm run generate` after a build;
// test/generated.test.ts fails where the committed files are not what this would write.
import { mkdirSync, writeFileSync } from "node:fs";
import { generatedFiles } from "../dist/generated.js";

for (const [path, text] of generatedFiles()) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
