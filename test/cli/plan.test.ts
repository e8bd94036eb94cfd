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

const small = {
  server: { name: "cmk", address: "127.0.0.1", sites: [{ name: "main" }], ports: { syslog_udp: 1514 } },
  hosts: [{ name: "web01", address: "127.0.0.2", agent: "none", ping: false }],
  requirements: [
    { from: "cmk", to: "cmk", tcp: 22 },
    { from: "cmk", to: "cmk", tcp: 5001, scope: "loopback" },
  ],
};

it("a requirement from a node to itself is planned, and --only finds it", async () => {
  sandbox.write("t.json", small);
  const args = ["plan", sandbox.path("t.json"), "--format", "csv", "--only", "22", "--only", "5001"];
  const { code, stdout } = await portmatrix(args);
  expect(code).toBe(0);
  expect(stdout.match(/cmk,cmk/g)).toHaveLength(2);
});

it("what comes to nothing is said on stderr, and --only does not call it unknown", async () => {
  const file = sandbox.write("t.json", small);
  const ran = await portmatrix(["plan", file, "--format", "csv"]);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toMatch(
    /^portmatrix: note: \S+t\.json:\d+:\d+: server\.ports\.syslog_udp: port 1514 is not used: catalog checkmk\/\S+ requires no flow of this topology for it\n$/,
  );
  const only = await portmatrix(["plan", file, "--only", "1514/udp", "--only", "1515"]);
  expect(only.code).toBe(2);
  expect(only.stderr).toContain('--only: "1514/udp" is in the topology, but no flow is planned for it');
  expect(only.stderr).toContain('--only: "1515" is no node, port, transport or requirement of any planned flow');
  const used = { ...small, server: { ...small.server, features: ["syslog-udp"] } };
  expect((await portmatrix(["plan", sandbox.write("used.json", used), "--format", "csv"])).stderr).toBe("");
});

it("takes --no-color as check does; a plan has no colours", async () => {
  const args = ["plan", "examples/registration/topology.yaml"];
  const [plain, asked] = await Promise.all([portmatrix(args), portmatrix([...args, "--no-color"])]);
  expect(asked).toEqual(plain);
  expect(asked.code).toBe(0);
});
