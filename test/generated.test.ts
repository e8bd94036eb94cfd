import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { breaksIn, messageFiles, refuseBreaks } from "../build/messages.mjs";
import { dependenciesDoc, readDependencies } from "../build/dependencies-doc.mjs";
import { commandsDoc } from "../build/commands-doc.mjs";
import { manPages } from "../build/man.mjs";
import { schemaFiles } from "../build/schemas.mjs";
import { topologyDoc } from "../build/topology-doc.mjs";
import { schemaKeys } from "../build/topology-keys.mjs";
import { servicesDoc } from "../build/services-doc.mjs";
import { verdictsDoc } from "../build/verdicts-doc.mjs";
import { describeOption } from "../src/commands/help/describe-option.ts";
import { commandsOf, everydayCommands, helpWords } from "../src/commands/help/help-words.ts";
import { buildProgram, type CommandLine } from "../src/commands/program.ts";
import { rules } from "../src/judge/rules.ts";
import { serviceRules } from "../src/judge/service-rules.ts";
import { accessRequestSchema } from "../src/model/firewall/access-rule.ts";
import { catalogSchema } from "../src/model/catalog.ts";
import { reasonSchema, verdictOf } from "../src/model/reason.ts";
import { registrationSchema } from "../src/model/registration/registration.ts";
import { portNames } from "../src/model/topology/names.ts";
import { pluginListSchema } from "../src/model/plugin/plugin.ts";
import { describedAt, topologyKeys } from "../src/model/reference/topology-keys.ts";
import { runSchema } from "../src/model/run/run.ts";
import { serviceNames, serviceRecord } from "../src/model/service.ts";
import { setupRecordSchema } from "../src/model/machine/setup.ts";
import { traceReportSchema } from "../src/model/run/trace.ts";
import { topologyFileSchema } from "../src/model/topology/topology.ts";
import { reasonWords } from "../src/report/reasons/entries.ts";
import { reasonsOf } from "../src/report/reasons/explain.ts";
import { findingMeanings, outcomeMeanings, proofMeanings, verdictMeanings } from "../src/report/reasons/meanings.ts";
import { parseDocument } from "../src/load/yaml/document.ts";
import { anchorsIn } from "./markdown-anchors.ts";
import { messageSchemas } from "../src/vantage/messages/messages.ts";
import { protocolVersion } from "../src/vantage/messages/protocol.ts";
import type { Shape } from "../src/vantage/messages/shape.ts";

const model = {
  rules,
  serviceRules,
  verdictOf,
  reasonWords,
  reasonsOf,
  verdictMeanings,
  proofMeanings,
  outcomeMeanings,
  findingMeanings,
};
const dependencies = readDependencies(fileURLToPath(new URL("..", import.meta.url)));
const verdicts = verdictsDoc(model, markdownTable);
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const program = buildProgram({ surroundings: { version } } as CommandLine);
const reference = { topologyKeys, describedAt };
const schemas = schemaFiles(
  {
    catalogSchema,
    pluginListSchema,
    topologyFileSchema,
    runSchema,
    registrationSchema,
    setupRecordSchema,
    traceReportSchema,
    accessRequestSchema,
    reference,
  },
  z.toJSONSchema,
);
const schema = JSON.parse(schemas.find(([path]) => path === "schema/topology.schema.json")?.[1] ?? "") as object;
const topologyText = readFileSync(new URL("../docs/topology.md", import.meta.url), "utf8");
const files = [
  ...schemas,
  topologyDoc(topologyText, { ...reference, schema, portNames }, markdownTable),
  verdicts,
  ...messageFiles({ messageSchemas, protocolVersion }, z.toJSONSchema),
  servicesDoc({ serviceNames, serviceRecord }, markdownTable),
  dependenciesDoc(dependencies, markdownTable),
  commandsDoc({ program, commandsOf, helpWords, describeOption }, markdownTable),
  ...manPages({ program, commandsOf, helpWords, everydayCommands, describeOption }, version),
];

it.each(files)("%s is what `npm run generate` writes", (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")).toBe(text);
});

it("every command and every option that can be typed is in docs/commands.md", () => {
  const text = readFileSync(new URL("../docs/commands.md", import.meta.url), "utf8");
  const sections = new Map(text.split("\n## portmatrix").map((part) => [part.split("\n", 1)[0]?.trim() ?? "", part]));
  for (const { command, words } of commandsOf(program)) {
    const section = sections.get(words) ?? "";
    const options = command.options.filter(({ hidden }) => !hidden).map(({ flags }) => `| \`${flags}\` |`);
    expect([words, options.filter((row) => !section.includes(row))]).toEqual([words, []]);
  }
  expect(sections.size).toBeGreaterThan(15);
});

describe("the reference of the topology", () => {
  const keys = [...schemaKeys(schema).keys.keys()];

  it("has every key of the schema once, where it is described, and no key that the schema lacks", () => {
    const written = [...topologyText.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key);
    const described = new Set(keys.map(describedAt));
    expect(written.toSorted()).toEqual([...described].toSorted());
    const known = Object.keys(topologyKeys).filter((key) => !key.endsWith("[]"));
    expect(known.toSorted()).toEqual([...described].toSorted());
  });

  it("describes every key in the schema too, for editors", () => {
    const silent = [...schemaKeys(schema).keys].filter(([, { nodes }]) =>
      nodes.some((node) => !("description" in node)),
    );
    expect(silent.map(([key]) => key)).toEqual([]);
    expect(keys.length).toBeGreaterThan(150);
  });

  const examples = Object.entries(topologyKeys).filter(([key]) => !key.includes("*") && !key.endsWith("[]"));

  it.each(examples)("%s has an example that is YAML and begins with the key", (key, { example }) => {
    const read = parseDocument(example, key).value as Record<string, unknown>;
    expect(Object.keys(read)).toEqual([key.split(".").at(-1)?.replace("[]", "") ?? ""]);
  });
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

describe("the messages of a vantage point", () => {
  const [[path, described] = ["", ""]] = messageFiles({ messageSchemas, protocolVersion }, z.toJSONSchema);

  it("did not change without another protocol version", () => {
    const committed = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
    expect(() => refuseBreaks(committed, described)).not.toThrow();
  });

  const changed = (change: (task: z.ZodObject) => z.ZodType, version = protocolVersion) => {
    const schemas = { ...messageSchemas, task: change(messageSchemas.task) };
    return messageFiles({ messageSchemas: schemas, protocolVersion: version }, z.toJSONSchema)[0]?.[1] ?? "";
  };

  it.each<[string, (task: z.ZodObject) => z.ZodType, string]>([
    ["a key is gone", (task) => task.omit({ careful: true }), "task.careful is gone"],
    ["a key is new and must be there", (task) => task.extend({ vlan: z.string() }), "task.vlan is required now"],
    ["a key may be absent", (task) => task.partial({ id: true }), "task.id may be absent now"],
    ["a type is another", (task) => task.extend({ id: z.number() }), "task.id was"],
    ["a limit is another", (task) => task.extend({ target: z.string() }), "task.target was"],
  ])("may not change: %s", (_name, change, what) => {
    expect(() => refuseBreaks(described, changed(change))).toThrow(`must be raised:\n  ${what}`);
    expect(() => refuseBreaks(described, changed(change, protocolVersion + 1))).not.toThrow();
  });

  it("may grow by keys that can be left out, by values and by variants", () => {
    const [tcp, icmp] = [z.object({ kind: z.literal("tcp") }), z.object({ kind: z.literal("icmp") })];
    const shape = (schema: z.ZodType) =>
      (
        JSON.parse(messageFiles({ messageSchemas: { one: schema }, protocolVersion: 1 }, z.toJSONSchema)[0]?.[1] ?? "")
          .$defs as { one: Shape }
      ).one;
    const grows: [z.ZodType, z.ZodType][] = [
      [tcp, tcp.extend({ port: z.int().optional() })],
      [z.object({ a: z.enum(["x"]) }), z.object({ a: z.enum(["y", "x"]) })],
      [z.discriminatedUnion("kind", [tcp]), z.discriminatedUnion("kind", [icmp, tcp])],
    ];
    for (const [older, newer] of grows) {
      expect(breaksIn(shape(older), shape(newer))).toEqual([]);
      expect(breaksIn(shape(newer), shape(older))).not.toEqual([]);
    }
  });
});
