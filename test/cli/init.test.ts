import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bin, portmatrix, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const init = (...args: string[]) => portmatrix(["init", ...args], { cwd: sandbox.path(".") });
const plan = (...args: string[]) => portmatrix(["plan", ...args], { cwd: sandbox.path(".") });

describe.each(["live", "preinstall"])("--stage %s", (stage) => {
  it.each([
    ["no host", []],
    [
      "hosts",
      ["--host", "web01=10.0.2.1", "--host", "db.example.com", "--host", "2001:db8::7", "--host", "yes=10.0.0.9"],
    ],
  ])("%s: passes plan at once", async (_name, hosts) => {
    const ran = await init("--stage", stage, "--server", "10.0.0.5", ...hosts);
    expect(ran).toMatchObject({
      code: 0,
      stdout: "",
      stderr: [
        "portmatrix: wrote portmatrix.yaml; next: portmatrix plan",
        "This machine is none of its nodes, so for a check:",
        "  - on cmk, where its flows start: copy portmatrix.yaml there and run: portmatrix check",
        "  - from here over SSH, nothing is installed there: add to portmatrix.yaml: vantages: { cmk: { ssh: { user: USER } } }",
        "  - if you may not log in there: portmatrix script --from cmk --out cmk.sh writes a script for whoever may",
        "  - if this machine is cmk, with another address (address translation): portmatrix check --from cmk!",
        "",
      ].join("\n"),
    });
    expect(await plan()).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("cmk") });
    expect(readFileSync(sandbox.path("portmatrix.yaml"), "utf8")).toContain(`\nstage: ${stage}\n`);
  });
});

it("every version of the catalog, other names and another file", async () => {
  for (const version of ["2.1", "2.4"]) {
    const file = `${version}.yaml`;
    const ran = await init("--server", "mon=cmk.example.com", "--site", "prod", "--checkmk", version, "--output", file);
    expect(ran.code).toBe(0);
    expect(readFileSync(sandbox.path(file), "utf8")).toContain("  name: mon\n  address: cmk.example.com\n");
    expect(await plan(file)).toMatchObject({ code: 0, stderr: "" });
  }
});

it("on a machine that is one of the nodes, the next step is a check", async () => {
  const next = async (...args: string[]) => (await init("--output", `${args.length}.yaml`, ...args)).stderr;
  expect(await next("--server", "127.0.0.1")).toBe(
    "portmatrix: wrote 2.yaml; next: portmatrix plan 2.yaml, then portmatrix check 2.yaml\n",
  );
  expect(await next("--server", "127.0.0.1", "--host", "web01=127.0.0.1")).toBe(
    "portmatrix: wrote 4.yaml; next: portmatrix plan 4.yaml, then portmatrix check 4.yaml --from cmk\n",
  );
});

it("on another machine each of the ways that it names does what it says", async () => {
  const { stderr } = await init("--server", "192.0.2.77", "--host", "web01=192.0.2.78");
  const check = await portmatrix(["check"], { cwd: sandbox.path(".") });
  expect(check).toMatchObject({ code: 2, stdout: "" });
  const ways = stderr.split("\n").filter((line) => line.startsWith("  - "));
  expect(check.stderr.split("\n").slice(1, -1)).toEqual(ways); // an error of check says the same
  const typed = ways.join("\n").match(/portmatrix (?:script|check)[^\n]*?(?= writes|\n|$)/g) ?? [];
  expect(typed).toHaveLength(3);
  const script = await portmatrix((typed[1] ?? "").split(" ").slice(1), { cwd: sandbox.path(".") });
  expect(script).toMatchObject({ code: 0, stdout: "" });
  expect(existsSync(sandbox.path("cmk.sh"))).toBe(true);
  const [, line = ""] = /add to portmatrix\.yaml: (.*)/.exec(stderr) ?? [];
  const text = readFileSync(sandbox.path("portmatrix.yaml"), "utf8");
  expect(await portmatrix(["plan", "-"], { input: `${text}\n${line}\n` })).toMatchObject({ code: 0, stderr: "" });
});

it("each of its commented examples is one that plan takes", async () => {
  const { stdout } = await init("--server", "10.0.0.5", "--host", "first=10.0.1.1", "--output", "-");
  const examples = stdout
    .replaceAll(/^( *)# (?=- |features:|remote_sites:|outgoing:|requirements:|vantages:|  )/gm, "$1")
    .replace("include: hosts.csv", "name: other, address: 10.0.9.9");
  expect(examples).not.toBe(stdout);
  const ran = await portmatrix(["plan", "-"], { input: examples });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  for (const part of ["web20", "sw01", "first", "kiosk1", "esx01", "muc", "10.0.0.53", "6557"])
    expect(ran.stdout).toContain(part);
});

it.each([
  [["--server", "300.1.2.3"], '--server: "300.1.2.3" is no IPv4 address'],
  [["--server", "-x=10.0.0.1"], '--server: "-x" is no name'],
  [["--server", "a", "--stage", "later"], '--stage: "later" is not live or preinstall'],
  [["--server", "a", "--checkmk", "1.6"], '--checkmk: there is no catalog of "1.6"'],
  [["--server", "a", "--site", "x y"], '--site: "x y" is not the name of a site'],
  [["--server", "a", "--host", "a"], '--host: "a" is the name of another node already'],
  [[], "init cannot ask; write e.g. portmatrix init --server cmk=10.0.0.5 --host web01=10.0.2.1\n"],
  [["--host", "db"], "init cannot ask; write e.g. portmatrix init --server cmk=10.0.0.5 --host db\n"],
])("init %s", async (args, message) => {
  expect(await init(...args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
  expect(existsSync(sandbox.path("portmatrix.yaml"))).toBe(false);
});

it("does not overwrite a topology", async () => {
  sandbox.write("portmatrix.yaml", "mine");
  expect(await init("--server", "cmk")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("portmatrix.yaml: this file is there already"),
  });
  expect(readFileSync(sandbox.path("portmatrix.yaml"), "utf8")).toBe("mine");
});

it("asks on a terminal, again where an answer cannot be used, and an empty line takes what is offered", async () => {
  const typed = [
    "preinstall",
    "9.9",
    "2.3",
    "10.0.0.5/24",
    "10.0.0.5",
    "",
    "web01",
    "nonsense here",
    "sw01=10.0.3.1",
    "",
    "",
  ];
  // script(1) passes its standard input to the terminal line by line.
  const command = `'${process.execPath}' '${bin}' init`;
  const { child, finished } = start(["script", "-qec", command, "/dev/null"], {
    cwd: sandbox.path("."),
    env: { TERM: "xterm" },
    input: `${typed.join("\n")}\n`,
  });
  expect(child.pid).toBeGreaterThan(0);
  const { code, stdout } = await finished;
  expect(stdout).toContain('there is no catalog of "9.9"');
  expect(stdout).toContain('"10.0.0.5/24" is not the address of a host');
  expect(code).toBe(0);
  const text = readFileSync(sandbox.path("portmatrix.yaml"), "utf8");
  expect(text).toContain("catalog: checkmk/2.3\n");
  expect(text).toContain("stage: preinstall\n");
  expect(text).toContain("hosts:\n  - { name: web01, address: web01 }\n  - { name: sw01, address: 10.0.3.1 }\n");
  expect(await plan()).toMatchObject({ code: 0, stderr: "" });
});
