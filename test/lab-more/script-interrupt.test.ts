import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whyNoPowershell } from "../cases/powershell.ts";
import { usePrograms } from "../cases/packages.ts";
import { portmatrix } from "../cli/program.ts";
import { openSilentPort } from "../../src/demo/silent-port.ts";

const folder = mkdtempSync(join(tmpdir(), "portmatrix-script-interrupt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
usePrograms(["dash", "bash", "busybox", "perl", "python3", "nc"]);

const ways: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  ["dash with bash", "sh", ["dash"], ["--with", "bash"]],
  ["dash with nc", "sh", ["dash"], ["--with", "nc"]],
  ["dash with Python", "sh", ["dash"], ["--with", "python"]],
  ["dash with perl", "sh", ["dash"], ["--with", "perl"]],
  ["bash with bash", "sh", ["bash"], ["--with", "bash"]],
  ["bash with Python", "sh", ["bash"], ["--with", "python"]],
  ["BusyBox with bash", "sh", ["busybox", "sh"], ["--with", "bash"]],
  ["Python", "py", ["python3"], []],
  ["perl", "pl", ["perl"], []],
  ...(whyNoPowershell === undefined
    ? ([["PowerShell", "ps1", ["pwsh", "-NoProfile", "-NonInteractive", "-File"], []]] as const)
    : []),
];

let silent: { port: number; close: () => Promise<void> } | undefined;
beforeAll(async () => {
  const open = await openSilentPort("127.0.0.8", 20_000 + Math.floor(10_000 * Math.random()));
  silent = open;
  const server = { name: "cmk", address: "192.0.2.5", sites: [{ name: "main" }] };
  const hosts = [{ name: "web01", address: "127.0.0.8", agent: "none", ping: false }];
  const requirements = [{ from: "cmk", to: "web01", tcp: open.port, service: "none" }];
  writeFileSync(at("t.json"), JSON.stringify({ catalog: "checkmk/2.3", server, hosts, requirements }));
  for (const [shell, end] of Object.entries({ sh: "sh", python: "py", perl: "pl", powershell: "ps1" })) {
    const words = ["script", at("t.json"), "--from", "cmk", "--shell", shell, "--timeout", "8s"];
    const { code, stderr } = await portmatrix([...words, "--out", at(`cmk.${end}`)]);
    if (code !== 0) throw new Error(stderr);
  }
});
afterAll(() => silent?.close());

/** Runs a script as a terminal does, in a process group of its own, and stops the group where that is asked for. */
async function run([, end, program, words]: (typeof ways)[number], stop: NodeJS.Signals | undefined, out?: string) {
  const all = [...program.slice(1), at(`cmk.${end}`), ...words, ...(out === undefined ? [] : ["--out", out])];
  const child = spawn(program[0] ?? "", all, { cwd: folder, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<number | string>((resolve) => {
    child.on("exit", (code, signal) => resolve(signal ?? code ?? -1));
  });
  if (stop !== undefined) {
    await waitForSyn();
    process.kill(-(child.pid ?? 0), stop);
  }
  return { end: await ended, stdout, stderr };
}

/** Until a connection to the silent port is on its way: the middle of the run. */
async function waitForSyn(): Promise<void> {
  const port = (silent?.port ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const isAsked = (row: string) => row.includes(`:${port} 02 `);
  for (let tries = 0; tries < 1_500; tries += 1) {
    if (readFileSync("/proc/net/tcp", "utf8").split("\n").some(isAsked)) return;
    await sleep(20);
  }
  throw new Error("nothing was sent");
}
const left = () => readdirSync(folder).filter((name) => !/^(?:cmk\.\w+|t\.json)$/.test(name));

describe.each(ways)("%s", { timeout: 120_000 }, (...way) => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s in the middle leaves no fragment, no draft and says so by its exit code",
    async (signal) => {
      const number = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal];
      for (const out of [undefined, at("f.txt")]) {
        const { end, stdout, stderr } = await run(way, signal, out);
        expect([signal, number]).toContain(end);
        expect(stdout).not.toContain("END PORTMATRIX FRAGMENT");
        expect(stderr).not.toMatch(/Traceback|not found/);
        expect(left()).toEqual([]);
      }
    },
  );

  it("twin: one that is not stopped is whole", async () => {
    const { end, stderr } = await run(way, undefined, at("f.txt"));
    expect([end, stderr.replaceAll("Terminated\n", "")]).toEqual([0, ""]); // BusyBox tells of what its timeout ended
    expect(readFileSync(at("f.txt"), "utf8")).toContain("END PORTMATRIX FRAGMENT");
    rmSync(at("f.txt"));
    expect(existsSync(at("f.txt.part"))).toBe(false);
  });
});
