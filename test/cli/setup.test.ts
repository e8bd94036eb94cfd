import { expect, it } from "vitest";
import type { SetupRecord } from "../../src/model/machine/setup.ts";
import { committedSchema } from "./documents.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();

it("doctor setup shows what this machine can see, as text and as JSON; the exit code is that of the verdict", async () => {
  const { code, stdout, stderr } = await portmatrix(["doctor", "setup", "--format", "json"]);
  expect(stderr).toBe("");
  const record = JSON.parse(stdout) as SetupRecord;
  const schema = committedSchema("setup");
  expect(schema.safeParse(record)).toMatchObject({ success: true });
  expect(schema.safeParse({ ...record, doctor: "registration" })).toMatchObject({ success: false });
  expect(code).toBe(record.verdict === "ready" ? 0 : 3);
  const named = ["echo", "raw-socket", "ping", "icmp-errors", "interpreters", "ssh", "ipv6", "open-files"];
  expect(record.entries.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
  const text = await portmatrix(["doctor", "setup"]);
  expect(text.code).toBe(code);
  for (const { title } of record.entries) expect(text.stdout).toContain(` ${title}: `);
});

it("without any program in PATH it says what is missing, and 3 where nothing can send an echo", async () => {
  const { code, stdout } = await portmatrix(["doctor", "setup", "--format", "json"], {
    env: { PATH: sandbox.path(".") },
  });
  const { entries } = JSON.parse(stdout) as SetupRecord;
  const stateOf = (wanted: string) => entries.find(({ id }) => id === wanted)?.state;
  expect([stateOf("ping"), stateOf("ssh"), stateOf("interpreters")]).toEqual(["note", "note", "note"]);
  // Whether there is a raw socket is told by its own entry, not by that of ping.
  expect(entries.find(({ id }) => id === "ping")?.message).toBe("not installed");
  expect(code).toBe(stateOf("raw-socket") === "ok" ? 0 : 3);
});

it("doctor registration without anything to go by says what to type, and sends nothing", async () => {
  const asked = await portmatrix(["doctor", "registration"], { cwd: sandbox.path(".") });
  expect(asked).toMatchObject({ code: 2, stdout: "" });
  expect(asked.stderr).toContain("--server and --site");
  expect(asked.stderr).toContain("portmatrix doctor registration --server cmk.example.com --site main\n");
});
