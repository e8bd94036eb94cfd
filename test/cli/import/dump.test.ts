import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { portmatrix } from "../program.ts";
import { useSandbox } from "../sandbox.ts";
import { siteFiles } from "./site-files.ts";

const sandbox = useSandbox();
const importDump = (file: string, ...more: string[]) =>
  portmatrix(["import", "site", "--root", file, "--address", "10.0.0.5", ...more], { cwd: sandbox.path(".") });

/** The site's files as a dump has them: settings and version as JSON, the rest with their paths. */
function dumpedFiles(): Record<string, string> {
  const { "etc/omd/site.conf": config = "", ...files } = siteFiles();
  const settings = config.split("\n").flatMap((line) => {
    const [, name, value] = /^(\w+)='(.*)'$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value]];
  });
  return {
    "omd_config.json": JSON.stringify(Object.fromEntries(settings)),
    "general.json": JSON.stringify({ version: "2.4.0p18", edition: "cce", core: "cmc" }),
    "crash/1/crash.info": "x".repeat(100_000),
    ...files,
  };
}

it("a diagnostics dump as it comes gives the topology that the same files give unpacked", async () => {
  for (const [path, text] of Object.entries(dumpedFiles())) sandbox.write(`main/${path}`, text);
  execFileSync("tar", ["-czf", "../sddump.tar.gz", "."], { cwd: sandbox.path("main") });
  const unpacked = await importDump("main", "--output", "a.yaml");
  expect(unpacked.code).toBe(0);
  rmSync(sandbox.path("main"), { recursive: true });
  const packed = await importDump("sddump.tar.gz", "--output", "b.yaml");
  expect(packed.code).toBe(0);
  const [a, b] = ["a.yaml", "b.yaml"].map((name) => readFileSync(sandbox.path(name), "utf8"));
  expect(b?.replace("sddump.tar.gz", "main")).toBe(a);
  expect(b).toContain("Checkmk 2.4.0p18.cce");
  expect(b).toContain("catalog: checkmk/2.4");
  expect(b).toContain("features: [ snmp-traps, syslog-udp");
  expect(existsSync(sandbox.path("etc"))).toBe(false); // nothing of it is written anywhere
});

it("what is no dump is one line, and nothing is written", async () => {
  sandbox.write("dump.tar.gz", gzipSync("all_hosts = []".repeat(100)));
  const ran = await importDump("dump.tar.gz");
  expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/this archive cannot be read/) });
  expect(ran.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(existsSync(sandbox.path("portmatrix.yaml"))).toBe(false);
});
