import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { usePowershell } from "../cases/powershell.ts";
import { expectGolden } from "./golden.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const company = "examples/company/topology.yaml";
const endings = {
  nft: "nft",
  iptables: "iptables.sh",
  firewalld: "firewalld.sh",
  ufw: "ufw.sh",
  windows: "ps1",
} as const;

it.each(Object.entries(endings))("rules for the own firewall of a server, as %s", async (format, ending) => {
  const { code, stdout, stderr } = await portmatrix([
    "rules",
    company,
    "--for",
    "cmk",
    "--outbound",
    "--format",
    format,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expectGolden(`test/cli/golden/rules/cmk.${ending}`, stdout);
});

it("a shell takes the scripts for what they are", async () => {
  for (const format of ["iptables", "firewalld", "ufw"]) {
    const { stdout } = await portmatrix(["rules", company, "--for", "cmk", "--outbound", "--format", format]);
    expect(spawnSync("sh", ["-n"], { input: stdout })).toMatchObject({ status: 0 });
  }
});

const small = {
  server: { name: "cmk", address: ["10.0.0.5", "fd00::5"], sites: [{ name: "main" }] },
  hosts: [
    { name: "web01", address: "localhost" },
    { name: "p[1-6]", network: "10.0.9.0/29", ping: false },
  ],
};

it("a name is not written without --resolve, which looks it up here; a network is one source", async () => {
  const file = sandbox.write("t.json", small);
  const bare = await portmatrix(["rules", file, "--for", "cmk"]);
  expect(bare.stdout).toContain("# No rule for 8000/tcp from web01: localhost is a name; see --resolve.");
  expect(bare.stdout).toContain("ip saddr { 10.0.9.0/29 } tcp dport 8000");
  const resolved = await portmatrix(["rules", file, "--for", "cmk", "--resolve"]);
  expect(resolved.stdout).toMatch(/ip6? saddr \{ (?:127\.0\.0\.1|::1)/);
});

it("without --format the rules are those of the node's system", async () => {
  const windows = { name: "win01", address: "10.0.2.7", os: "windows" };
  const file = sandbox.write("systems.json", { ...small, hosts: [windows, { name: "web01", address: "10.0.2.1" }] });
  const rulesOf = async (...words: string[]) => (await portmatrix(["rules", file, ...words])).stdout;
  expect(await rulesOf("--for", "win01")).toBe(await rulesOf("--for", "win01", "--format", "windows"));
  expect(await rulesOf("--for", "web01")).toBe(await rulesOf("--for", "web01", "--format", "nft"));
  expect(await rulesOf("--for", "win01", "--format", "nft")).toContain("#!/usr/sbin/nft -f");
});

it("without --outbound there is nothing that a node sends", async () => {
  const { stdout } = await portmatrix(["rules", company, "--for", "cmk"]);
  expect(stdout).not.toContain("portmatrix_out");
});

describe("--outbound with a listing of nft", () => {
  const chain = (name: string, hook: string, policy: string) => ({
    chain: { family: "inet", table: "guard", name, type: "filter", hook, prio: 0, policy },
  });
  const toWeb = { match: { op: "==", left: { payload: { protocol: "ip", field: "daddr" } }, right: "10.0.2.1" } };
  const rule = (name: string, ...expr: object[]) => ({ rule: { family: "inet", table: "guard", chain: name, expr } });
  const host = { name: "web01", address: "10.0.2.1", ping: false };
  /** Runs `rules` against a firewall whose listing has these objects, as nft 1.0.6 writes them. */
  const run = (listed: readonly object[], ...options: string[]) => {
    const file = sandbox.write("t.json", { server: { ...small.server, address: "10.0.0.5" }, hosts: [host] });
    const ruleset = sandbox.write("nft.json", { nftables: [{ metainfo: { json_schema_version: 1 } }, ...listed] });
    return portmatrix(["rules", file, "--for", "cmk", "--ruleset", ruleset, ...options]);
  };
  const closed = [chain("incoming", "input", "accept"), chain("outgoing", "output", "drop")];

  it("takes the chain that drops what the node sends, and names one that is asked later", async () => {
    const late = chain("last", "postrouting", "drop");
    const { code, stdout, stderr } = await run([...closed, late], "--outbound");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").filter((line) => /insert|dport 6556|^# (?:No chain|Chain)/.test(line))).toEqual([
      "# Chain inet guard last is asked after these rules, and may drop.",
      "# No chain at the hook input drops anything: no rule is needed.",
      'add rule inet guard portmatrix_out ip daddr { 10.0.2.1 } tcp dport 6556 counter accept comment "portmatrix: agent"',
      'insert rule inet guard outgoing jump portmatrix_out comment "portmatrix"',
    ]);
    const jump = rule("outgoing", { jump: { target: "portmatrix_out" } });
    const again = (await run([...closed, jump, chain("portmatrix_out", "", "")], "--outbound")).stdout;
    expect(again).toContain("# inet guard outgoing begins with the jump to these rules already.");
    expect(again).not.toMatch(/insert|is asked after/);
  });

  it("twins: without --outbound, and where nothing that is sent is dropped, no rule is written for it", async () => {
    const bare = (await run(closed)).stdout;
    expect(bare).not.toMatch(/output|guard/);
    const open = (await run([chain("outgoing", "output", "accept")], "--outbound")).stdout;
    expect(open).toContain("# No chain at the hook output drops anything: no rule is needed.");
    expect(open).not.toMatch(/^(?:add|insert)/m);
  });

  it("--check tells what is sent from what comes in, and what no chain drops", async () => {
    const { code, stdout } = await run(closed, "--outbound", "--check");
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "cmk: 8 rules needed: 5 allowed, 3 missing, 0 shadowed, 0 cannot tell; 0 superfluous",
      "missing: 6556/tcp to 10.0.2.1 (agent); dropped by policy drop of guard outgoing",
      "missing: 5000/tcp going out over loopback, IPv4 (site-apache); dropped by policy drop of guard outgoing",
      "missing: 5000/tcp going out over loopback, IPv6 (site-apache); dropped by policy drop of guard outgoing",
      "allowed: 80/tcp from 10.0.2.1 (web-http); no chain drops it",
      "allowed: 443/tcp from 10.0.2.1 (web-https); no chain drops it",
      "allowed: 8000/tcp from 10.0.2.1 (agent-registration); no chain drops it",
      "allowed: 5000/tcp coming in over loopback, IPv4 (site-apache); no chain drops it",
      "allowed: 5000/tcp coming in over loopback, IPv6 (site-apache); no chain drops it",
      "",
    ]);
    const loopback = { match: { op: "==", left: { meta: { key: "oifname" } }, right: "lo" } };
    const accepted = [rule("outgoing", toWeb, { accept: null }), rule("outgoing", loopback, { accept: null })];
    const twin = await run([...closed, ...accepted], "--outbound", "--check");
    expect(twin.code).toBe(0);
    expect(twin.stdout).toContain("8 allowed, 0 missing");
    expect(twin.stdout).toMatch(/^allowed: 6556\/tcp to 10\.0\.2\.1 \(agent\); by outgoing: ip daddr 10\.0\.2\.1/m);
    expect((await run(closed, "--check")).stdout).not.toMatch(/6556|missing:/);
  });
});

it.each([
  ["an unknown node", ["--for", "web99"], "--for: the topology has no node"],
  ["no node", [], "required option '--for"],
  ["--check without a listing", ["--for", "cmk", "--check"], "--check: takes --ruleset FILE"],
  ["a listing that is none", ["--for", "cmk", "--check", "--ruleset", company], "this is no listing of a firewall"],
])("%s is an input error", async (_name, options, message) => {
  const ran = await portmatrix(["rules", company, ...options]);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain(message);
});

it("--check: a listing of one family cannot tell of the other", async () => {
  const listing = "# Generated by iptables-save\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";
  const file = sandbox.write("t.json", { ...small, hosts: [{ name: "web01", address: ["10.0.2.1", "fd00::1"] }] });
  writeFileSync(sandbox.path("v4.save"), listing);
  const ran = await portmatrix(["rules", file, "--for", "cmk", "--check", "--ruleset", sandbox.path("v4.save")]);
  expect(ran.code).toBe(3);
  expect(ran.stdout).toContain("that depends on a listing of IPv6, which was not given");
  expect(ran.stdout).toMatch(/4 allowed, 0 missing, 0 shadowed, 4 cannot tell/);
});

describe("PowerShell", () => {
  usePowershell();
  it("takes the script for Windows for what it is", async () => {
    const { stdout } = await portmatrix(["rules", company, "--for", "cmk", "--outbound", "--format", "windows"]);
    const parse = (text: string) => {
      const file = sandbox.path("rules.ps1");
      writeFileSync(file, text);
      const script = `$errors = $null; [void][System.Management.Automation.Language.Parser]::ParseFile('${file}', [ref]$null, [ref]$errors); exit $errors.Count`;
      return spawnSync("pwsh", ["-NoProfile", "-NonInteractive", "-Command", script]).status;
    };
    expect(parse(stdout)).toBe(0);
    expect(parse(`${stdout}@('10.0.0.1'`)).not.toBe(0);
  });
});
