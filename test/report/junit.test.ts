import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, type TestContext } from "vitest";
import { renderJunit } from "../../src/report/run/junit.ts";
import { eachRun } from "./runs.ts";

const schema = fileURLToPath(new URL("junit.xsd", import.meta.url));
const program = "xmllint";
const xmllint = (xml: string) =>
  spawnSync(program, ["--noout", "--nonet", "--schema", schema, "-"], { input: xml, encoding: "utf8" });
const isMissing = spawnSync(program, ["--version"]).error !== undefined;
const required = process.env["PORTMATRIX_REQUIRE_NET"] === "1";

/** Skips where xmllint is not installed, unless it is required. */
function need(context: TestContext): void {
  if (isMissing && !required) context.skip("xmllint is missing: apt install libxml2-utils");
}

describe("xmllint with the common JUnit schema", () => {
  it.for(eachRun)("accepts %s", ([, run], context) => {
    need(context);
    const { status, stderr } = xmllint(renderJunit(run));
    expect([status, stderr]).toEqual([0, "- validates\n"]);
  });

  it.for([
    ["an attribute that is no number", 'tests="x" failures="0" errors="0"', ""],
    ["a missing count", 'tests="0" failures="0"', ""],
    ["an element out of order", 'tests="1" failures="0" errors="0"', "<system-out/><failure/>"],
    ["two results in a case", 'tests="1" failures="1" errors="0"', "<failure/><error/>"],
  ] as const)("refuses %s", ([, counts, inside], context) => {
    need(context);
    const cases = `<testcase name="a" classname="b">${inside}</testcase>`;
    expect(xmllint(`<testsuites><testsuite name="s" ${counts}>${cases}</testsuite></testsuites>`).status).toBe(3);
  });
});
