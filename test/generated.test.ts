import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import { expect, it } from "vitest";
import { z } from "zod";
import { dependenciesDoc, readDependencies } from "../build/dependencies-doc.mjs";
import { schemaFiles } from "../build/schemas.mjs";
import { verdictsDoc } from "../build/verdicts-doc.mjs";
import { rules } from "../src/judge/rules.ts";
import { serviceRules } from "../src/judge/service-rules.ts";
import { catalogSchema } from "../src/model/catalog.ts";
import { reasonSchema } from "../src/model/reason.ts";
import { registrationSchema } from "../src/model/registration.ts";
import { runSchema } from "../src/model/run.ts";
import { topologyFileSchema } from "../src/model/topology.ts";
import { explanations, reasonsOf } from "../src/report/reasons/explain.ts";
import { findingMeanings, outcomeMeanings, proofMeanings, verdictMeanings } from "../src/report/reasons/meanings.ts";
import { anchorsIn } from "./markdown-anchors.ts";

const model = {
  rules,
  serviceRules,
  explanations,
  reasonsOf,
  verdictMeanings,
  proofMeanings,
  outcomeMeanings,
  findingMeanings,
};
const dependencies = readDependencies(fileURLToPath(new URL("..", import.meta.url)));
const verdicts = verdictsDoc(model, markdownTable);
const files = [
  ...schemaFiles({ catalogSchema, topologyFileSchema, runSchema, registrationSchema }, z.toJSONSchema),
  verdicts,
  dependenciesDoc(dependencies, markdownTable),
];

it.each(files)("%s is what `npm run generate` writes", (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")).toBe(text);
});

it("docs/verdicts.md has one anchor for each reason, and no link to an anchor that it lacks", () => {
  const [, text] = verdicts;
  const anchors = anchorsIn(text);
  for (const reason of reasonSchema.options) expect(anchors.filter((one) => one === reason)).toEqual([reason]);
  const linked = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(linked).toContain("controls");
  expect(linked.filter((anchor) => !anchors.includes(anchor ?? ""))).toEqual([]);
});

it("docs/verdicts.md shows a rule that differs between the stages once for each, and the others once", () => {
  const [, text] = verdicts;
  const rows = (start: string) => text.split("\n").filter((line) => line.startsWith(start));
  expect(rows("| live | open | tcp | `refused` | fail |")).toHaveLength(1);
  expect(rows("| preinstall | open | tcp | `refused` | warn |")).toHaveLength(1);
  expect(rows("| either | open | tcp | `refused` |")).toEqual([]);
  expect(rows("| either | blocked | tcp | `silent`, with")).toHaveLength(2);
  expect(rows("| `aborted` | skipped |")).toHaveLength(1);
  expect(rows("| `wrong-site` | ")).toHaveLength(1);
});

it("docs/verdicts.md refuses to claim that causes are judged alike where they are not", () => {
  const udp = { ...rules.live.open.udp, unsent: { ...rules.live.open.udp.unsent, name: rules.live.open.udp.silent } };
  const torn = { ...rules, live: { ...rules.live, open: { ...rules.live.open, udp } } } as unknown as typeof rules;
  expect(() => verdictsDoc({ ...model, rules: torn }, markdownTable)).toThrow(/not judged alike/);
});
