import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { expectGolden } from "./golden.ts";
import { portmatrix, root } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const examples = readdirSync(`${root}examples`).filter((name) => name !== "ci"); // recipes, no topology
const endings = { csv: "csv", markdown: "md", json: "json" } as const;

it("there are examples", () => expect(examples).toEqual(["company", "firewall-change", "preinstall", "registration"]));

it.each(examples)("plan of examples/%s is what stands beside it, and the same in every format", async (name) => {
  const files = Object.entries(endings).map(([format, ending]) => `${format}=${sandbox.path(`plan.${ending}`)}`);
  const formats = ["table", ...files].flatMap((format) => ["--format", format]);
  const ran = await portmatrix(["plan", `examples/${name}/topology.yaml`, ...formats]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expectGolden(`examples/${name}/plan.txt`, ran.stdout);
  for (const ending of Object.values(endings)) {
    expectGolden(`test/cli/golden/plan/${name}.${ending}`, readFileSync(sandbox.path(`plan.${ending}`), "utf8"));
  }
});

it("narrows: the same flows with --from, --section and --only, and no others", async () => {
  const args = ["plan", "examples/company/topology.yaml", "--format", "json"];
  const ids = async (...filter: string[]): Promise<string[]> => {
    const { stdout } = await portmatrix([...args, ...filter]);
    return (JSON.parse(stdout) as { flows: { id: string }[] }).flows.map(({ id }) => id);
  };
  const all = await ids();
  const some = await ids("--from", "web01", "--section", "2.2", "--only", "8000/tcp");
  expect(some).toEqual(["2.2/agent-registration/web01->cmk/tcp/8000"]);
  expect(all).toEqual(expect.arrayContaining(some));
  expect(await ids("--section", "3.1", "--section", "3.2")).toEqual(all.filter((id) => /^3\.[12]\//.test(id)));
});

it("--catalog replaces the catalog of the topology", async () => {
  const args = ["plan", "examples/registration/topology.yaml", "--catalog", "checkmk/2.1", "--format", "json"];
  const { code, stdout } = await portmatrix(args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ catalog: { product: "checkmk", version: "2.1" } });
});
