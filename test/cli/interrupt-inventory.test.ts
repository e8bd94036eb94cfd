import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startPortmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { topologyOf } from "./topology.ts";

const sandbox = useSandbox();

it.each([
  ["import", ["ansible", "hosts.ini", "--server", "10.0.0.5", "--output", "-"]],
  ["plan", ["t.json"]],
])("a signal to %s ends the ansible-inventory that it waits for, too", async (command, args) => {
  const pid = sandbox.path("pid");
  sandbox.write("hosts.ini", "[all]\nweb01\n");
  sandbox.write("t.json", topologyOf([], { hosts: [{ ansible: "hosts.ini", agent: "legacy" }] }));
  sandbox.write(
    "bin/ansible-inventory",
    `#!/bin/sh\necho $$ > '${pid}.part' && mv '${pid}.part' '${pid}'\nexec sleep 600\n`,
    0o755,
  );
  const env = { PATH: `${sandbox.path("bin")}:${process.env["PATH"] ?? ""}` };
  const { child, finished } = startPortmatrix([command, ...args], { cwd: sandbox.path("."), env });
  while (!existsSync(pid)) await sleep(20);
  child.kill("SIGTERM");
  expect(await finished).toEqual({ code: 130, signal: null, stdout: "", stderr: "" });
  const program = readFileSync(pid, "utf8").trim();
  const isGone = () =>
    !existsSync(`/proc/${program}/stat`) || /\) [ZX] /.test(readFileSync(`/proc/${program}/stat`, "latin1"));
  await expect.poll(isGone).toBe(true);
});
