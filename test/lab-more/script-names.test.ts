import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { refusal } from "../lab/driver.ts";
import { portmatrix } from "../cli/program.ts";

const reason = refusal();
const folder = mkdtempSync(join(tmpdir(), "portmatrix-script-names-"));
afterAll(() => rmSync(folder, { recursive: true }));

const shells = [
  ["python", "python3"],
  ["perl", "perl"],
  ["sh", "sh"],
] as const;

const why = reason === undefined ? "" : ` (skipped: ${reason})`;
describe.skipIf(reason !== undefined)(`a name that leads a script home${why}`, () => {
  /** Runs a script where `db01` resolves to that address, and tells the lines about `db01`. */
  const linesOf = async (shell: (typeof shells)[number][0], program: string, address: string): Promise<string[]> => {
    const at = (name: string): string => join(folder, name);
    const hosts = "hosts: [{ name: db01, address: db01.lab.test }]";
    writeFileSync(at("t.yaml"), `server: { name: cmk, address: 192.0.2.5, sites: [main] }\n${hosts}\n`);
    writeFileSync(at("hosts"), `127.0.0.1 localhost\n${address} db01.lab.test\n`);
    const words = ["script", at("t.yaml"), "--from", "cmk", "--shell", shell, "--timeout", "1s", "--out", at("s")];
    expect(await portmatrix(words)).toMatchObject({ code: 0 });
    const inside = `mount --bind ${at("hosts")} /etc/hosts && ip link set lo up && exec ${program} ${at("s")}`;
    const { stdout } = spawnSync("unshare", ["--net", "--mount", "sh", "-c", inside], { encoding: "utf8", input: "" });
    return stdout.split("\n").filter((line) => line.includes(` ${address} `));
  };

  it.each(shells)("%s: is not asked", async (shell, program) => {
    const lines = await linesOf(shell, program, "127.0.1.1");
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => / unsent name-leads-home /.test(line))).toBe(true);
  });

  it.each(shells)("%s: twin: the address of another machine is", async (shell, program) => {
    const lines = await linesOf(shell, program, "192.0.2.77");
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.some((line) => / unsent name-leads-home /.test(line))).toBe(false);
  });
});
