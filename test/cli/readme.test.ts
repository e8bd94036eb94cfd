import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commandsIn } from "./documents.ts";
import { portmatrix, root, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const readme = read("README.md");

/** How each command of the README is executed: a pattern, and by what. Every command must fit exactly one. */
const executed: readonly [RegExp, "ci" | "plan" | "story" | "lab" | "after lab" | "package"][] = [
  [/^npm ci && npm run demo$/, "ci"],
  [/^npm cit$/, "ci"],
  [/^npx portmatrix plan examples\/[\w-]+\/topology\.yaml$/, "plan"],
  [/^npx portmatrix (?:init(?: --[\w-]+ [\w.=-]+)*|plan|check)$/, "story"],
  [/^npx portmatrix check examples\/[\w-]+\/topology\.yaml(?: --[\w-]+ [\w.=-]+)*$/, "lab"], // examples.test.ts
  [/^npx portmatrix doctor registration examples\/[\w-]+\/topology\.yaml(?: --[\w-]+ [\w.=-]+)*$/, "lab"], // doctor.test.ts
  [/^npx portmatrix report run\.json --format \w+$/, "after lab"], // examples.test.ts, after the check above it
  [/^npm install --global portmatrix$/, "package"],
];
const waysOf = (line: string): string[] => executed.filter(([pattern]) => pattern.test(line)).map(([, way]) => way);
const lines = commandsIn(readme);
const linesFor = (way: string): string[] => lines.filter((line) => waysOf(line).includes(way));

it("reads commands as a shell does", () => {
  const text = "```sh\n# what\na b # why\nc \\\n  d\n```\ntext\n```\nnot sh\n```\n```sh\ne#f\n```\n";
  expect(commandsIn(text)).toEqual(["a b", "c d", "e#f"]);
});

it("every command of the README is executed in one known way", () => {
  expect(lines.filter((line) => waysOf(line).length !== 1)).toEqual([]);
  expect(new Set(lines.flatMap(waysOf))).toEqual(new Set(["ci", "plan", "story", "lab", "after lab", "package"]));
});

it("CI runs the README's demo and test commands as they stand, on a fresh copy", () => {
  const script = read(".ci/run").split("\n");
  const isRun = (command: string): boolean =>
    script.some((line) => !line.trimStart().startsWith("#") && !line.startsWith("say ") && line.includes(command));
  for (const command of linesFor("ci").flatMap((line) => line.split(" && "))) {
    // `npm cit` is `npm ci` and then `npm test`
    expect([command, isRun(command === "npm ci" ? "npm cit" : command)]).toEqual([command, true]);
  }
});

it.each(linesFor("plan"))("%s", async (line) => {
  const [, , ...args] = line.split(" ");
  const { code, stdout, stderr } = await portmatrix(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(read((args[1] ?? "").replace("topology.yaml", "plan.txt")));
});

it("the story of a new user works as it stands: init, plan, check", async () => {
  expect(linesFor("story").map((line) => line.split(" ")[2])).toEqual(["init", "plan", "check"]);
  for (const line of linesFor("story")) {
    // Probes of a test go to loopback alone.
    const here = line.replace("=10.0.0.5", "=127.0.0.1").replace("=10.0.2.1", "=127.0.0.2");
    const [, , ...args] = here.split(" ");
    const { code, stdout, stderr } = await portmatrix(args, { cwd: sandbox.path(".") });
    // Nothing of Checkmk listens here, so the check says that the agent and the site are missing.
    expect([line, code]).toEqual([line, args[0] === "check" ? 1 : 0]);
    if (args[0] === "init")
      expect(stderr).toBe("portmatrix: wrote portmatrix.yaml; next: portmatrix plan, then portmatrix check\n");
    else expect(stdout).toContain("web01");
  }
});

it("npx finds portmatrix in a checkout, without the network", async () => {
  // npx links the checkout into its cache; the cache is a fresh one, and nothing is built.
  const env = { npm_config_cache: sandbox.path("npm"), npm_config_offline: "true", npm_config_ignore_scripts: "true" };
  const npx = await start(["npx", "portmatrix", "--version"], { env }).finished;
  expect(npx).toMatchObject({ code: 0, stdout: (await portmatrix(["--version"])).stdout });
});

it("the package has all that an installed portmatrix reads", async () => {
  const packed = await start(["npm", "pack", "--dry-run", "--json", "--ignore-scripts", "--offline"]).finished;
  expect(packed.code).toBe(0);
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  const needed = ["bin/portmatrix.cjs", "dist/cli.cjs", "dist/agent.cjs", "catalog/checkmk/2.3.yaml", "package.json"];
  expect(paths).toEqual(expect.arrayContaining([...needed, "schema/topology.schema.json", "README.md", "LICENSE"]));
  expect(paths.filter((path) => path.startsWith("test/") || path.includes(".test."))).toEqual([]);
});

it("the topology in the README can be planned", async () => {
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(Object.keys(parse(yaml) as object)).toContain("server");
  expect(await portmatrix(["plan", "-"], { input: yaml })).toMatchObject({ code: 0, stderr: "" });
});

it("what README shows of the demo and of the doctor is what they print, in this order", async () => {
  const { code, stdout } = await portmatrix(["demo"]);
  expect(code).toBe(0);
  const shown: readonly [start: string, real: string][] = [
    ["The lab is up", stdout],
    ["portmatrix doctor registration", read("examples/registration/doctor.txt")],
  ];
  for (const [start, real] of shown) {
    const [, block = ""] = new RegExp(`\\n\`\`\`\\n(${start}[\\s\\S]*?)\`\`\``).exec(readme) ?? [];
    const parts = block.split("…\n");
    expect([start, parts.length > 2]).toEqual([start, true]);
    const places = parts.map((part) => real.indexOf(part));
    expect([start, places]).toEqual([start, places.toSorted((a, b) => a - b)]);
    expect(places).not.toContain(-1);
  }
});

it("the matrix in the README is the one that examples/firewall-change really gives", () => {
  const [, block = ""] = /```\n(2\.2[\s\S]*?)```/.exec(readme) ?? [];
  const parts = block.split("…\n");
  const real = read("examples/firewall-change/check.txt");
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(real).toContain(part);
});

describe("the documentation", () => {
  const documents = readdirSync(`${root}docs`).filter((name) => name.endsWith(".md"));
  const examples = readdirSync(`${root}examples`);
  const written = [...documents.map((name) => `docs/${name}`), ...examples.map((name) => `examples/${name}/README.md`)]
    .flatMap((path) => commandsIn(read(path)).map((line) => [path, line] as const))
    .filter(([, line]) => /^(npx )?portmatrix /.test(line));
  it.each(written)("%s: %s is a command with known options", async (path, line) => {
    const [command = ""] = line.split(" | ");
    const args = command.replace(/^(npx )?portmatrix /, "").split(" ");
    const { code, stderr } = await portmatrix(args, { cwd: sandbox.path(".") });
    // Where the files of the command are not there, the complaint about them comes after the options were understood.
    if (code === 2)
      expect(stderr).toMatch(
        /^[\w./-]+: (?:there is no such file(?:; begin one with: portmatrix init .*)?|this is not the directory of a site: .*)\n$/,
      );
    else expect([path, code]).toEqual([path, 0]);
  });

  it("an unknown option would be seen", async () => {
    const { stderr } = await portmatrix(["check", "portmatrix.yaml", "--fast"], { cwd: sandbox.path(".") });
    expect(stderr).not.toMatch(/^[\w./-]+: there is no such file.*\n$/);
  });

  it.each(examples.filter((name) => name !== "ci"))("examples/%s/README.md names its own topology", (name) => {
    expect(commandsIn(read(`examples/${name}/README.md`)).join("\n")).toContain(`examples/${name}/topology.yaml`);
  });

  it.each([
    "README.md",
    ...documents.map((name) => `docs/${name}`),
    ...examples.map((name) => `examples/${name}/README.md`),
  ])("every file that %s links to is there", (path) => {
    const folder = path.replace(/[^/]*$/, "");
    const targets = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
    for (const target of targets) expect([target, read(`${folder}${target}`).length > 0]).toEqual([target, true]);
  });
});
