import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderNagios } from "../../src/report/run/nagios.ts";
import { eachRun, runs } from "./runs.ts";

/** Reads a plugin's line as the guidelines of the Nagios plugins have it (§2.6, `'label'=value[UOM];warn;crit;min;max`). */
function parse(output: string): { word: string; text: string; perf: Record<string, string> } {
  const [, word = "", text = "", data = ""] =
    /^PORTMATRIX (OK|WARNING|CRITICAL|UNKNOWN) - ([^|\n]+) \| ([^|\n]+)\n$/.exec(output) ?? [];
  if (word === "") throw new Error(`no plugin output: ${output}`);
  const perf = data.split(" ").map((one) => {
    const [, label, value] = /^([^\s'="]+)=(-?\d+(?:\.\d+)?)(?:s|%|B|c)?(?:;[\d.:~@]*){0,4}$/.exec(one) ?? [];
    if (label === undefined) throw new Error(`bad performance data: ${one}`);
    return [label, value ?? ""] as const;
  });
  return { word, text, perf: Object.fromEntries(perf) };
}

describe.each(eachRun)("%s", (_, run) => {
  it("is one line with performance data", () => {
    const { perf } = parse(renderNagios(run));
    expect(perf["fail"]).toBe(String(run.summary.fail));
    expect(perf["skipped"]).toBe(String(run.summary.skipped));
  });
});

it.each([
  ["healthy", "OK"],
  ["failing", "CRITICAL"],
  ["interrupted", "UNKNOWN"],
  ["not-sent", "UNKNOWN"],
  ["nothing", "UNKNOWN"],
] as const)("%s is %s", (name, word) => {
  expect(parse(renderNagios(runs[name]())).word).toBe(word);
});

it("names the most likely cause", () => {
  expect(parse(renderNagios(runs.mixed())).text).toBe(
    "11 pass, 5 warn, 7 fail, 2 unknown, 3 skipped: db01 did not respond to cmk.",
  );
});

it.each(["PORTMATRIX FINE - a | b=1\n", "PORTMATRIX OK - a | b\n", "PORTMATRIX OK - a | b=1\nmore\n"])(
  "the reader refuses %j",
  (output) => {
    expect(() => parse(output)).toThrow(/no plugin output|bad performance data/);
  },
);

describe("the plugin in docs/formats.md", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "portmatrix-nagios-"));
    const docs = readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8");
    const [, plugin = ""] = /```sh\n(#!\/bin\/sh\n# check_portmatrix[^]*?)```/.exec(docs) ?? [];
    writeFileSync(join(folder, "check_portmatrix"), plugin);
    writeFileSync(join(folder, "portmatrix"), '#!/bin/sh\ncat "$2"\nexit 1\n');
    for (const name of ["check_portmatrix", "portmatrix"]) chmodSync(join(folder, name), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["healthy", 0],
    ["failing", 2],
    ["not-sent", 3],
  ] as const)("%s exits with %i and passes the line on", (name, code) => {
    const output = renderNagios(runs[name]());
    writeFileSync(join(folder, "output"), output);
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const ran = spawnSync(join(folder, "check_portmatrix"), [join(folder, "output")], { env, encoding: "utf8" });
    expect([ran.status, ran.stdout]).toEqual([code, output]);
  });

  it("is UNKNOWN if portmatrix says nothing", () => {
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const ran = spawnSync(join(folder, "check_portmatrix"), ["/nowhere"], { env, encoding: "utf8" });
    expect([ran.status, ran.stdout]).toEqual([3, "PORTMATRIX UNKNOWN - portmatrix gave no result\n"]);
  });
});
