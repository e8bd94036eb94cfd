import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { pluginListSchema } from "../../src/model/plugin/plugin.ts";
import { expectGolden } from "./golden.ts";
import { portmatrix, root } from "./program.ts";

const files = readdirSync(`${root}catalog/checkmk`).filter((file) => /^\d/.test(file));

it("catalog lists every catalog of the package", async () => {
  const ran = await portmatrix(["catalog"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toBe(files.map((file) => `checkmk/${file.replace(".yaml", "")}\n`).join(""));
});

it.each(files)("catalog %s shows every section and requirement, in the order of the file", async (file) => {
  const { stdout, code } = await portmatrix(["catalog", `checkmk/${file.replace(".yaml", "")}`]);
  expect(code).toBe(0);
  const { sections } = parse(readFileSync(`${root}catalog/checkmk/${file}`, "utf8")) as {
    sections: { id: string; title: { en: string }; requirements: { id: string }[] }[];
  };
  const heads = sections.flatMap(({ id, title, requirements }) => [
    `${id} ${title.en} (`,
    ...requirements.map((requirement) => `  ${requirement.id}: `),
  ]);
  const lines = stdout.split("\n").filter((line) => /^[\d.]+ |^ {2}[a-z0-9-]+: /.test(line));
  expect(lines.map((line, at) => line.slice(0, heads[at]?.length))).toEqual(heads);
});

it("catalog checkmk/2.3 reads as it should", async () => {
  const { stdout } = await portmatrix(["catalog", "checkmk/2.3"]);
  expectGolden("test/cli/golden/catalog-2.3.txt", stdout);
});

it("a catalog of one's own is checked and shown by its path", async () => {
  const [byPath, byId] = await Promise.all([
    portmatrix(["catalog", "catalog/checkmk/2.3.yaml"]),
    portmatrix(["catalog", "checkmk/2.3"]),
  ]);
  expect(byPath).toEqual(byId);
});

it.each(["special-agents", "active-checks", "notifications", "exports"])("catalog %s lists them all", async (kind) => {
  const [table, json] = await Promise.all([
    portmatrix(["catalog", kind]),
    portmatrix(["catalog", `checkmk/${kind}`, "--format", "json"]),
  ]);
  expect([table.code, json.code, table.stderr, json.stderr]).toEqual([0, 0, "", ""]);
  const written = pluginListSchema.parse(parse(readFileSync(`${root}catalog/checkmk/${kind}.yaml`, "utf8")));
  expect(JSON.parse(json.stdout)).toEqual(written);
  expectGolden(`test/cli/golden/catalog-${kind}.txt`, table.stdout);
});

it("a catalog as JSON is what its file says", async () => {
  const { stdout, code } = await portmatrix(["catalog", "checkmk/2.3", "--format", "json"]);
  const written = parse(readFileSync(`${root}catalog/checkmk/2.3.yaml`, "utf8")) as { sections: object[] };
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    product: "checkmk",
    version: "2.3",
    sections: { length: written.sections.length },
  });
});

it("an unknown format is refused", async () => {
  const ran = await portmatrix(["catalog", "special-agents", "--format", "xml"]);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain('"xml" is not a format; use one of table, json');
});
