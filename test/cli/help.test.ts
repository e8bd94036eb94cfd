import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { expectGolden } from "./golden.ts";
import { portmatrix, root, stackTraceIn } from "./program.ts";

it.each([
  "",
  "check",
  "plan",
  "request",
  "rules",
  "trace",
  "report",
  "diff",
  "catalog",
  "explain",
  "demo",
  "listen",
  "script",
  "doctor",
  "doctor registration",
  "doctor setup",
  "completion",
  "init",
  "import",
  "import checkmk",
  "import site",
  "import ansible",
  "import csv",
  "import nmap",
])("portmatrix %s --help", async (command) => {
  const ran = await portmatrix([...command.split(" ").filter(Boolean), "--help"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expectGolden(`test/cli/golden/help/${command.replace(" ", "-") || "portmatrix"}.txt`, ran.stdout);
});

it("portmatrix without a command shows its help and is an error of the user", async () => {
  const ran = await portmatrix([]);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expectGolden("test/cli/golden/help/portmatrix.txt", ran.stderr);
});

it("--version is the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };
  expect(await portmatrix(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
});

it("the watch for stack traces sees one, and takes nothing else for one", () => {
  const trace = new Error("x").stack ?? "";
  expect(stackTraceIn(trace)).toMatch(/^\s+at /);
  expect(stackTraceIn("  found at 127.0.0.1:80 after 2 ms\n     at web01 nothing listens")).toBeUndefined();
});
