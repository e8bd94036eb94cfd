import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { childVariables, variablesFor } from "../../src/model/machine/child-variables.ts";

const source = fileURLToPath(new URL("../../src/", import.meta.url));
const files = (readdirSync(source, { recursive: true }) as string[]).filter(
  (name) => /\.[cm]?[jt]sx?$/.test(name) && !name.includes(".test."),
);
const textOf = (name: string): string => readFileSync(source + name, "utf8");

/** Where another program is started, and what it gets of the environment. A new place is a new line here. */
const places = {
  "probe/icmp/ping.ts": 'variablesFor("ping", process.env)',
  "vantage/lookup-child.ts": 'variablesFor("lookups", env)',
  "vantage/start/process-groups.ts": 'variablesFor("watchdog", {})',
  "commands/inventory/run-inventory.ts": "env: { ...env }", // the user's own program, which he names
  "commands/doctor/look-around.ts": 'variablesFor("ping", env)',
  "responder/without-root.ts": 'variablesFor("lookups", env)',
  "responder/run-program.ts": 'variablesFor("inspection", {})',
  "vantage/start/child.ts": "env: { ...env }", // what `withoutSecrets` left of it
} as const;

describe("programs that are started", () => {
  it("are started in these files alone", () => {
    const starting = files.filter((name) => /["']node:(?:child_process|cluster)["']/.test(textOf(name)));
    expect(starting.toSorted()).toEqual(Object.keys(places).toSorted());
  });

  it.each(Object.entries(places))("get an environment of their own: %s", (name, how) => {
    const text = textOf(name);
    const calls = [
      ...text.matchAll(
        /(?<!\.)\b(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|promisify\(execFile\))\(/g,
      ),
    ];
    const envs = [...text.matchAll(/\benv: /g)];
    expect(calls.length).toBe(1);
    expect(envs.length).toBeGreaterThanOrEqual(1);
    expect(text).toContain(how);
  });

  it("get no variable that is not in the table", () => {
    const env = { PATH: "/bin", SNMP_COMMUNITY: "s3cret", LD_PRELOAD: "x.so", NODE_OPTIONS: "-r x", LANG: "C" };
    expect(variablesFor("ping", env)).toEqual({ PATH: "/bin" });
    expect(variablesFor("lookups", env)).toEqual({ PATH: "/bin", LANG: "C" });
    expect(variablesFor("watchdog", env)).toEqual({});
    expect(Object.values(childVariables).flat()).not.toContain("SNMP_COMMUNITY");
  });

  it("start no thread that shares the environment, but for the silent port of the demo", () => {
    expect(files.filter((name) => /node:worker_threads/.test(textOf(name)))).toEqual(["demo/silent-port.ts"]);
  });
});
