import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { usePowershell, whyNoPowershell } from "../cases/powershell.ts";
import { type Checked, check, cli, quietHost, resultOf, topologyOf } from "../net/check.ts";
import type { Lab } from "../net/lab.ts";
import { at, buildPath, cmk, listen, setFirewall } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";

vi.setConfig({ hookTimeout: 600_000 });

/** Ports of web01, and what is found where a script there says what listens; nothing is found where it does not. */
const ports = {
  open: { port: 7000, finding: undefined, advice: /^/ },
  nobody: { port: 7001, finding: "not-listening", advice: /by its script at .*: nothing listens on 7001\/tcp/ },
  loopback: {
    port: 7002,
    finding: "loopback-only",
    advice: /\(on 127\.0\.0\.1\) listens on 7002\/tcp on loopback only/,
  },
  family: { port: 7003, finding: "other-family", advice: /listens on 7003\/tcp over IPv6 only/ },
  address: { port: 7004, finding: "other-address", advice: /listens on 7004\/tcp, but not on / },
  reset: { port: 7005, finding: "rejected", advice: /listens on 7005\/tcp, so a firewall rejects it: that of web01/ },
} as const;
const silentPort = 7006;
const web01 = at(2, 10);
const other = at(2, 11);
const topology = topologyOf({
  hosts: [quietHost("web01", web01.v4)],
  vantages: { cmk: "local" },
  requirements: [
    { from: "cmk", to: "web01", tcp: [...Object.values(ports).map(({ port }) => port), silentPort] },
    { from: "cmk", to: "web01", udp: 7010 },
    { from: "web01", to: "cmk", tcp: [8000, 8001, 8002], icmp: true },
    { from: "web01", to: "cmk", udp: 53 },
  ],
});

/**
 * PowerShell for Windows has these commands; here they list what Linux has, as objects with the properties of Windows
 * (learn.microsoft.com/powershell/module/nettcpip, Get-NetTCPConnection and Get-NetUDPEndpoint).
 */
const ofWindows = (script: string): string => `
function Listed($option) { ss -Hn $option | ForEach-Object { $words = $_ -split '\\s+'
  if ($words[3] -match '^(.*):(\\d+)$') { [pscustomobject]@{ State = $words[0] -replace 'LISTEN', 'Listen'; LocalPort = [uint16]$Matches[2]; LocalAddress = $Matches[1] -replace '^\\*$', '::' -replace '[\\[\\]]' } } } }
function Get-NetTCPConnection { Listed '-lt' }
function Get-NetUDPEndpoint { Listed '-lu' }
& ${script}`;
const shells = {
  Python: ["python", (script: string) => ["python3", "-I", "-S", script]],
  perl: ["perl", (script: string) => ["perl", script]],
  bash: ["sh", (script: string) => ["dash", script, "--with", "bash"]],
  nc: ["sh", (script: string) => ["busybox", "sh", script, "--with", "nc"]],
  PowerShell: ["powershell", (script: string) => ["pwsh", "-NoProfile", "-Command", ofWindows(script)]],
} as const;
type Shell = keyof typeof shells;
const names = Object.keys(shells) as Shell[];

const runs = new Map<string, Checked>();

async function examine(lab: Lab, shell: Shell, name: string, ...more: string[]): Promise<void> {
  const [written, program] = shells[shell];
  const file = join(lab.dir, "t.json");
  const script = join(lab.dir, `${name}.${written}`.replace(/powershell$/, "ps1"));
  await writeFile(file, JSON.stringify(topology));
  const words = ["script", file, "--from", "web01", "--shell", written, "--timeout", "1500ms", "--out", script];
  const made = await lab.on("cmk", [process.execPath, cli, ...words]);
  expect(made.code).toBe(0);
  const ran = await lab.on("hosts", [...program(script), ...more], {
    env: { PATH: process.env["PATH"] ?? "", HOME: lab.dir, POWERSHELL_TELEMETRY_OPTOUT: "1" },
    timeoutMs: 120_000,
  });
  expect(ran).toMatchObject({ code: 0 });
  await mkdir(join(lab.dir, "fragments"), { recursive: true });
  const fragment = join(lab.dir, "fragments", `${name}.txt`);
  await writeFile(fragment, ran.stdout);
  runs.set(
    name,
    await check(lab, topology, { args: ["--merge", fragment, "--timeout", "1500ms", "--section", "extra"] }),
  );
}

usePowershell();
useLab(["ss", "perl", "python3", "busybox", "dash"], async (lab) => {
  await buildPath(lab, [10, 11]);
  await setFirewall(lab, [
    `tcp dport ${ports.reset.port} reject with tcp reset`,
    `tcp dport { ${silentPort}, 8002 } drop`,
  ]);
  const tcp = (address: string, port: number) => ({ protocol: "tcp" as const, address, port });
  await listen(lab, "hosts", [
    tcp("0.0.0.0", ports.open.port),
    tcp("127.0.0.1", ports.loopback.port),
    tcp(web01.v6, ports.family.port),
    tcp(other.v4, ports.address.port),
    tcp("0.0.0.0", ports.reset.port),
  ]);
  await listen(lab, "cmk", [tcp(cmk.v4, 8000), tcp(cmk.v4, 8002), tcp(cmk.v6, 8000), tcp(cmk.v6, 8002)]);
  for (const shell of names)
    if (shell !== "PowerShell" || whyNoPowershell === undefined) await examine(lab, shell, shell);
  await examine(lab, "Python", "without", "--no-listeners");
});

const runOf = (name: string): Checked => {
  const run = runs.get(name);
  if (run === undefined) throw new Error(`no run of ${name}`);
  return run;
};
const at7 = (name: string, port: number) => resultOf(runOf(name), { to: "web01", protocol: "tcp", port });

describe.each(names)("what a script by %s says of its own machine", (shell) => {
  beforeEach((context) => {
    if (shell === "PowerShell" && whyNoPowershell !== undefined) context.skip(whyNoPowershell);
  });

  test.each(Object.entries(ports))("explains a refusal there: %s", (_name, { port, finding, advice }) => {
    const { evidence, advice: said = "", verdict } = at7(shell, port);
    expect({ finding: evidence.inspection?.finding, verdict }).toEqual({
      finding,
      verdict: finding === undefined ? "pass" : "fail",
    });
    expect(said).toMatch(advice);
  });

  test("explains nothing that was silent, a port of UDP as well, and its own flows are judged", () => {
    expect(at7(shell, silentPort)).toMatchObject({ reason: "no-answer" });
    expect(at7(shell, silentPort).evidence.inspection).toBeUndefined();
    const udp = resultOf(runOf(shell), { to: "web01", protocol: "udp" });
    expect(udp).toMatchObject({ reason: "port-unreachable", evidence: { inspection: { finding: "not-listening" } } });
    const { run } = runOf(shell);
    const own = run.results.filter(({ from, address }) => from === "web01" && address === cmk.v4);
    expect(own.every(({ takenAt }) => takenAt !== undefined)).toBe(true);
    const reasons = Object.fromEntries(own.map(({ protocol, port, reason }) => [port ?? protocol, reason]));
    expect(reasons).toMatchObject({
      8000: "handshake-completed",
      8001: "connection-refused",
      8002: "no-answer",
      icmp: "echo-reply",
      ...(shell === "nc" ? {} : { 53: "port-unreachable" }),
    });
    expect(run.taken?.[0]?.tool).toMatch(new RegExp(`^${shell}\\b`));
  });
});

test("twin: where it was told not to (--no-listeners), nothing is explained, and the verdicts are the same", () => {
  for (const { port } of Object.values(ports)) {
    expect(at7("without", port).evidence.inspection).toBeUndefined();
    expect(at7("without", port).verdict).toBe(at7("Python", port).verdict);
  }
});
