import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const directory = fileURLToPath(new URL("../../lab/services", import.meta.url));
const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const services = folders.map(({ name }) => name).filter((name) => name !== "node");
const readme = readFileSync(join(directory, "README.md"), "utf8");
const rows = readme.split("## The services")[1]?.split("\n") ?? [];
const row = (service: string) => rows.find((line) => line.startsWith(`| \`${service}\` |`)) ?? "";
const nodesOwn = new Set(["LAB_RUN", "LAB_SERVICES", "LAB_STATE", "LAB_SECRET"]);

describe.each(services)("service %s", (service) => {
  const script = join(directory, service, "start");

  it("is an executable script that sh can read", () => {
    accessSync(script, constants.X_OK);
    expect(spawnSync("sh", ["-n", script], { encoding: "utf8" }).stderr).toBe("");
    expect(readFileSync(script, "utf8")).toMatch(/^#!\/bin\/sh\n# /);
  });

  it("has its row and all of its settings in the table", () => {
    expect(row(service)).not.toBe("");
    const used = new Set(readFileSync(script, "utf8").match(/\b(?<=\$\{?)[A-Z]+_[A-Z_]+/g) ?? []);
    const ofService = [...used].filter((name) => !nodesOwn.has(name) && !/^(PCMK|SNMP_PERSISTENT)/.test(name));
    expect(ofService.filter((name) => !row(service).includes(`\`${name}\``))).toEqual([]);
  });
});

it("the table names no service that does not exist", () => {
  const named = rows.flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? []);
  expect(named.toSorted()).toEqual(services.toSorted());
});
