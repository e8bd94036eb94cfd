import { readFileSync, symlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { runSchema } from "../../src/model/run/run.ts";
import { useLab } from "../net/use-lab.ts";
import { commandsIn } from "./documents.ts";
import { buildWorld, exampleSecrets, pathWithSsh, worlds } from "./example-worlds.ts";
import { expectGolden } from "./golden.ts";
import { normaliseRun } from "./normalise.ts";
import { bin, portmatrix, root } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const names = Object.keys(worlds);
const sandbox = useSandbox();
const lab = useLab(["env"], async (lab) => {
  for (const name of names) await buildWorld(lab, name);
});

/** Runs one `portmatrix` command line in the world of an example, in the sandbox, where `examples/` is as in a checkout. */
function runIn(example: string, line: string) {
  const [program, ...args] = line.replace(/^npx /, "").split(" ");
  expect(program).toBe("portmatrix");
  const argv = ["env", "-C", sandbox.path("."), `PATH=${pathWithSsh(lab())}`, process.execPath, bin, ...args];
  return lab().on(example, argv, { env: exampleSecrets });
}

it.each([
  ["firewall-change", 1],
  ["preinstall", 1],
  ["registration", 1],
])("check of examples/%s gives what stands beside it, exit code %i", async (name, code) => {
  symlinkSync(`${root}examples`, sandbox.path("examples"));
  const readme = readFileSync(`${root}examples/${name}/README.md`, "utf8");
  const [command = "", ...others] = commandsIn(readme).filter((line) => line.includes(" check "));
  expect(others).toEqual([]);
  const ran = await runIn(name, `${command} --format json=${sandbox.path("run.json")}`);
  expect(ran).toMatchObject({ code, stderr: "" });
  const run = runSchema.parse(JSON.parse(readFileSync(sandbox.path("run.json"), "utf8")));
  const normal = sandbox.write("normal.json", normaliseRun(run));
  const { stdout } = await portmatrix(["report", normal]);
  expectGolden(`examples/${name}/check.txt`, stdout);
});

it.each(commandsIn(readFileSync(`${root}README.md`, "utf8")).filter((line) => line.includes("portmatrix check ")))(
  "README: %s",
  async (line) => {
    symlinkSync(`${root}examples`, sandbox.path("examples"));
    const name = /examples\/([\w-]+)\//.exec(line)?.[1] ?? "";
    expect(names).toContain(name);
    const { code, stdout, stderr } = await runIn(name, line);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain("│ from → to ");
    for (const next of followers(line)) {
      const follower = await runIn(name, next);
      expect(follower).toMatchObject({ code: 1, stderr: "" });
      expect(follower.stdout).not.toBe("");
    }
  },
);

/** The `report` commands that stand under a command in the same block and read what it wrote. */
function followers(line: string): string[] {
  const all = commandsIn(readFileSync(`${root}README.md`, "utf8"));
  const after = all.slice(all.indexOf(line) + 1);
  const end = after.findIndex((one) => !one.includes("portmatrix report "));
  return after.slice(0, end === -1 ? after.length : end);
}
