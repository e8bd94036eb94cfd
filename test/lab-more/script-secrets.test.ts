import { execFile } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whyNoPowershell } from "../cases/powershell.ts";
import { portmatrix } from "../cli/program.ts";
import { usePrograms } from "../cases/packages.ts";

// What a reader of a script is promised (docs/scripts.md), seen from outside: the system calls that strace(1) shows.
const folder = mkdtempSync(join(tmpdir(), "portmatrix-script-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const secret = "s3cret/community&.*";
const hex = Buffer.from(secret).toString("hex");

/** How a script is run: the shell that it is written for, the program, and words in front of its own. */
const ways: readonly (readonly [
  string,
  "sh" | "python" | "perl" | "powershell",
  readonly string[],
  readonly string[],
])[] = [
  ["sh with bash", "sh", ["dash"], ["--with", "bash"]],
  ["sh with nc", "sh", ["dash"], ["--with", "nc"]],
  ["sh with Python", "sh", ["dash"], ["--with", "python"]],
  ["sh with perl", "sh", ["dash"], ["--with", "perl"]],
  ["BusyBox with bash", "sh", ["busybox", "sh"], ["--with", "bash"]],
  ["Python", "python", ["python3"], []],
  ["perl", "perl", ["perl"], []],
  ...(whyNoPowershell === undefined
    ? ([["PowerShell", "powershell", ["pwsh", "-NoProfile", "-NonInteractive", "-File"], []]] as const)
    : []),
];
/** A call that goes to an address of the network; a socket alone, as .NET opens one, sends nothing. */
const sends = /(?:connect|send(?:to|msg|mmsg))\(.*AF_INET/;
const extension = { sh: "sh", python: "py", perl: "pl", powershell: "ps1" } as const;
let agent: Socket | undefined;
usePrograms(["strace", "dash", "busybox", "bash", "perl", "python3", "nc"]);
let heard = 0;

beforeAll(async () => {
  const socket = createSocket("udp4");
  agent = socket;
  socket.on("message", (bytes) => (heard += Number(bytes.includes(secret))));
  socket.bind(0, "127.0.0.9");
  await once(socket, "listening");
  const snmp = { version: "2c", community: { env: "COMMUNITY" } };
  const server = { name: "cmk", address: "192.0.2.5", sites: [{ name: "main" }] };
  const hosts = [
    { name: "device", address: "127.0.0.9", agent: "none", ping: false, snmp, ports: { snmp: socket.address().port } },
  ];
  writeFileSync(at("t.json"), JSON.stringify({ server, hosts }));
  for (const [shell, end] of Object.entries(extension)) {
    const words = ["script", at("t.json"), "--from", "cmk", "--shell", shell, "--timeout", "900ms"];
    const { code, stderr } = await portmatrix([...words, "--out", at(`cmk.${end}`)]);
    if (code !== 0) throw new Error(stderr);
  }
});
afterAll(() => void agent?.close());

/** Runs a script under strace(1), and gives the lines of the calls that are asked for. */
async function traced([, shell, program, words]: (typeof ways)[number], calls: string, ...own: string[]) {
  const log = at("calls");
  const run = [...program, at(`cmk.${extension[shell]}`), ...words, ...own];
  await promisify(execFile)("strace", ["-f", "-qq", "-s", "100000", "-e", `trace=${calls}`, "-o", log, ...run], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, COMMUNITY: secret, POWERSHELL_TELEMETRY_OPTOUT: "1" },
    timeout: 100_000,
  });
  return readFileSync(log, "utf8");
}

describe.each(ways)("%s", (...way) => {
  it("--list sends nothing to the network; without it, it does", async () => {
    expect(await traced(way, "%network", "--list")).not.toMatch(sends);
    if (way[0] !== "sh with nc") expect(await traced(way, "%network", "--out", at("n.txt"))).toMatch(sends);
  });

  it("sends the community to the agent, and has it in no program's arguments and in no file", async () => {
    const before = heard;
    const calls = await traced(way, "execve", "--out", at("s.txt"));
    for (const one of [secret, hex]) expect([calls, readFileSync(at("s.txt"), "utf8")].join("\n")).not.toContain(one);
    if (way[0] !== "sh with nc") expect(heard).toBeGreaterThan(before);
  });

  it("writes the file of --out and nothing else, for nobody else to read, and keeps a draft that lies there", async () => {
    rmSync(at("w.txt"), { force: true });
    const calls = await traced(way, "open,openat,creat,mkdir,mkdirat", "--out", at("w.txt"));
    if (way[1] !== "powershell") {
      const made = [...calls.matchAll(/(?:O_CREAT|mkdir)/g)].length;
      const known = [...calls.matchAll(/"(?:\/dev\/(?:null|tty)|[^"]*\/w\.txt\.part)", [^\n]*O_CREAT/g)].length;
      expect([made, existsSync(at("w.txt.part"))]).toEqual([known, false]);
      expect(statSync(at("w.txt")).mode & 0o777).toBe(0o600);
    }
    writeFileSync(at("w.txt.part"), "somebody's");
    await expect(traced(way, "execve", "--out", at("w.txt"))).rejects.toThrow(/w\.txt\.part|exit|failed/);
    expect(readFileSync(at("w.txt.part"), "utf8")).toBe("somebody's");
    rmSync(at("w.txt.part"));
  });
});
