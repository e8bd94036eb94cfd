import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { type Switch, useSwitches } from "./switches.ts";
import { onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const openSwitches = useSwitches();
const run = (...args: string[]) => portmatrix(args, { cwd: sandbox.path("") });

const boo = "::error file=x::boo";
const foreign = `checkmk\n${boo}\u001b[31m\u200b`;
const escaped = String.raw`checkmk\n${boo}\u001b[31m\u200b`;

/** Lines that the runner of a job of GitHub Actions would take for a workflow command. */
const commandsIn = (text: string): string[] => text.split(/\r\n|[\r\n]/).filter((line) => /^\s*::[a-z-]/.test(line));

describe("a run record that wants to write into the log of a CI job", () => {
  beforeEach(async () => {
    const [{ port }] = (await openSwitches(1)) as [Switch];
    sandbox.write("portmatrix.json", topologyOf([{ from: "server", to: "web01", tcp: port }]));
    await run("check", "portmatrix.json", ...onlyExtra, "--quiet", "--format", "json=good.json");
    const good = JSON.parse(readFileSync(sandbox.path("good.json"), "utf8")) as Run;
    for (const [name, product] of [
      ["evil", foreign],
      ["other", "other"],
    ] as const)
      sandbox.write(`${name}.json`, JSON.stringify({ ...good, catalog: { ...good.catalog, product } }));
    sandbox.write("version.json", JSON.stringify({ ...good, catalog: { ...good.catalog, version: foreign } }));
  });

  it.each([
    ["evil.json", escaped],
    ["other.json", "other"],
  ])("cannot in the message that refuses it: %s", async (file, shown) => {
    const about = `the old run is about ${shown}, the new one about checkmk`;
    const diffed = await run("diff", file, "good.json", "--format", "github");
    expect(diffed).toMatchObject({ code: 2, stdout: "", stderr: `${file} good.json: ${about}\n` });
    const checked = await run("check", "portmatrix.json", ...onlyExtra, "--format", "github", "--baseline", file);
    expect(checked).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(about) });
    expect(commandsIn(diffed.stderr + checked.stderr)).toEqual([]);
  });

  it("cannot in a caveat", async () => {
    const diffed = await run("diff", "version.json", "good.json", "--format", "github");
    const args = ["--quiet", "--baseline", "version.json", "--diff-format", "github"];
    const checked = await run("check", "portmatrix.json", ...onlyExtra, ...args);
    for (const { code, stdout, stderr } of [diffed, checked]) {
      expect(code).toBe(0);
      expect(stderr).toContain(`warning: Other catalog: the old run has ${escaped}`);
      expect(commandsIn(stderr)).toEqual([]);
      expect(commandsIn(stdout).filter((line) => line.includes("boo"))).toEqual([]);
    }
  });
});

it.each([
  [["diff", "::error::boo.json", "b.json"], ": :error::boo.json: there is no such file\n"],
  [["report", "a\n::error::boo.json"], "a\\n::error::boo.json: there is no such file\n"],
  [["check", "a\u202eb.json"], "a\\u202eb.json: there is no such file\n"],
  [["check", "--format", "x\n::error::boo"], "x\\n::error::boo"],
  [["check", "--nothing\u200b"], "error: unknown option '--nothing\\u200b'\n"],
  [["check\n::error::boo"], "error: unknown command 'check\n: :error::boo'\n"],
  [["explain", "a\u3164b"], '"a\\u3164b" is not a reason'],
  [["catalog", "a\u2066b"], '"a\\u2066b"'],
])("what an argument hides is shown: %j", async (args, shown) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(shown);
  expect(commandsIn(stderr)).toEqual([]);
  // oxlint-disable-next-line no-control-regex
  expect(stderr).not.toMatch(/[^\n\P{C}]|\p{Default_Ignorable_Code_Point}/u);
});
