import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Checked, check, cli, quietHost, topologyOf } from "../net/check.ts";
import { startSnmpd } from "../net/daemons.ts";
import type { Lab } from "../net/lab.ts";
import { at, buildPath, listen, play, setFirewall } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";
import { cellOf, type Column, columns, expectTable, type Row } from "./script-shells-table.ts";

vi.setConfig({ hookTimeout: 600_000 });

/** What everybody has who has a shell; BusyBox brings its own. */
const coreutils = "cat cut date dd grep head od rm mv sed sh sha256sum sort tr awk timeout wc hostname getent ip".split(
  " ",
);
/** Programs of each world by name, and what they are there. `sh` is dash where nothing else is said. */
const worlds: Readonly<Record<Column, Readonly<Record<string, string>>>> = {
  Python: { python3: "/usr/bin/python3", ping: "ping" },
  perl: { perl: "perl", ping: "ping" },
  "bash and openssl": { bash: "bash", openssl: "openssl", ping: "ping" },
  bash: { sh: "bash", bash: "bash", ping: "ping" },
  "nc (OpenBSD)": { nc: "nc.openbsd", ping: "ping" },
  "nc (traditional)": { nc: "nc.traditional", ping: "ping" },
  Ncat: { nc: "ncat", ping: "ping" },
  BusyBox: {},
  "dash alone": {},
};

const hosts = { answers: 10, nobody: 11, dropped: 12, prohibited: 13, unreachable: 14 } as const;
const ports = {
  plain: 7000,
  reset: 7001,
  greets: 7022,
  mute: 7023,
  web: 8080,
  secure: 8443,
  "not-secure": 8444,
  https: 8445,
} as const;
const families = ["v4", "v6"] as const;
const addressesOf = (name: keyof typeof hosts) => families.map((family) => at(2, hosts[name])[family]);
const topology = topologyOf({
  hosts: [
    ...Object.keys(hosts).map((name) => quietHost(name, addressesOf(name as keyof typeof hosts))),
    { ...quietHost("device", at(2, 15).v4), snmp: { version: "2c", community: { env: "COMMUNITY" } } },
  ],
  requirements: [
    ...Object.keys(hosts).map((name) => ({ from: "server", to: name, tcp: ports.plain, udp: 53 })),
    { from: "server", to: "answers", tcp: ports.reset },
    { from: "server", to: "answers", icmp: true },
    { from: "server", to: "dropped", icmp: true },
    { from: "server", to: "answers", tcp: ports.greets, service: "ssh" },
    { from: "server", to: "answers", tcp: ports.mute, service: "ssh" },
    { from: "server", to: "answers", tcp: ports.web, service: "http" },
    { from: "server", to: "answers", tcp: ports.secure, service: "tls" },
    { from: "server", to: "answers", tcp: ports["not-secure"], service: "tls" },
    { from: "server", to: "answers", tcp: ports.https, service: "https" },
  ],
});
const args = ["--section", "extra", "--section", "2.1", "--timeout", "2s"];
const env = { COMMUNITY: "right-community" };

async function build(lab: Lab): Promise<void> {
  await buildPath(lab, [...Object.values(hosts), 15]);
  const there = (name: keyof typeof hosts): string =>
    families.map((family) => `${family === "v4" ? "ip" : "ip6"} daddr ${at(2, hosts[name])[family]}`).join("\n");
  const each = (name: keyof typeof hosts, what: string) =>
    there(name)
      .split("\n")
      .map((rule) => `${rule} ${what}`);
  await setFirewall(lab, [
    `tcp dport ${ports.reset} reject with tcp reset`,
    ...each("dropped", "drop"),
    ...each("prohibited", "reject with icmpx admin-prohibited"),
    ...each("unreachable", "reject with icmpx host-unreachable"),
  ]);
  await listen(
    lab,
    "hosts",
    addressesOf("answers").flatMap((address) => [
      ...[ports.plain, ports.reset, ports.mute, ports["not-secure"]].map((port) => ({
        protocol: "tcp" as const,
        address,
        port,
      })),
      { protocol: "tcp", address, port: ports.greets, says: "SSH-2.0-OpenSSH_9.2p1\r\n" },
      { protocol: "udp", address, port: 53, reply: "dns" },
    ]),
  );
  await play(
    lab,
    "hosts",
    addressesOf("answers").flatMap((address) => [
      { service: "http" as const, address, port: ports.web, site: "main", receiverPort: 8000 },
      ...[ports.secure, ports.https].map((port) => ({
        service: "https" as const,
        address,
        port,
        site: "main",
        receiverPort: 8000,
      })),
    ]),
  );
  await startSnmpd(lab, "hosts", [`udp:${at(2, 15).v4}:161`]);
}

const rows: Row[] = [
  { title: "TCP, open", to: "answers", protocol: "tcp", port: ports.plain },
  { title: "TCP, no listener", to: "nobody", protocol: "tcp", port: ports.plain },
  { title: "TCP, a firewall's reset", to: "answers", protocol: "tcp", port: ports.reset },
  { title: "TCP, dropped", to: "dropped", protocol: "tcp", port: ports.plain },
  { title: "TCP, rejected: prohibited", to: "prohibited", protocol: "tcp", port: ports.plain },
  { title: "TCP, rejected: host unreachable", to: "unreachable", protocol: "tcp", port: ports.plain },
  { title: "service that greets (SSH)", to: "answers", protocol: "tcp", port: ports.greets },
  { title: "the same, silent", to: "answers", protocol: "tcp", port: ports.mute },
  { title: "service that waits for a request (HTTP)", to: "answers", protocol: "tcp", port: ports.web },
  { title: "TLS and its certificate", to: "answers", protocol: "tcp", port: ports.secure },
  { title: "the same, silent", to: "answers", protocol: "tcp", port: ports["not-secure"] },
  { title: "service that waits for a request over TLS (HTTPS)", to: "answers", protocol: "tcp", port: ports.https },
  { title: "UDP, answered (DNS)", to: "answers", protocol: "udp", port: 53 },
  { title: "UDP, no listener", to: "nobody", protocol: "udp", port: 53 },
  { title: "UDP, dropped", to: "dropped", protocol: "udp", port: 53 },
  { title: "UDP, rejected: prohibited", to: "prohibited", protocol: "udp", port: 53 },
  { title: "UDP, rejected: host unreachable", to: "unreachable", protocol: "udp", port: 53 },
  { title: "SNMP with a community", to: "device", protocol: "udp", port: 161 },
  { title: "ping, answered", to: "answers", protocol: "icmp" },
  { title: "ping, dropped", to: "dropped", protocol: "icmp" },
];

const tools: Readonly<Record<Column, RegExp>> = {
  Python: /^Python 3/,
  perl: /^perl 5/,
  "bash and openssl": /^bash \d.*, openssl$/,
  bash: /^bash [\d.]+$/,
  "nc (OpenBSD)": /^nc \(OpenBSD\)$/,
  "nc (traditional)": /^nc \(traditional\)$/,
  Ncat: /^nc \(Ncat\)$/,
  BusyBox: /^nc \(BusyBox\)$/,
  "dash alone": /^no tool$/,
};

/** Programs of these names that cannot do what they are asked for. */
const stubs = {
  bash: "case $* in *BASH_VERSINFO*) exit 0 ;; esac; echo 'bash: /dev/tcp/127.0.0.1/0: No such file or directory' >&2; exit 1",
  nc: "[ $1 != -h ] || { echo 'OpenBSD netcat (Debian patchlevel 1.219-1)' >&2; exit 1; }; echo \"nc: invalid option -- 'z'\" >&2; exit 1",
  ping: "echo 'ping: socket: Operation not permitted' >&2; exit 2",
};

/** What a script saw in each world. */
const seen = new Map<Column, { merged: Checked; tool: string }>();
let live: Checked;
let hobbled: Checked;
const runIn = (column: Column) => {
  const there = seen.get(column);
  if (there === undefined) throw new Error(`nothing was seen with ${column}`);
  return there.merged.run;
};

/** A folder that has the programs of a world and no others. */
async function programsOf(lab: Lab, world: Column | "hobbled"): Promise<string> {
  const folder = join(lab.dir, nameOf(world));
  await mkdir(folder);
  if (world === "BusyBox") {
    await lab.script(`cp "$(command -v busybox)" ${folder}/ && ${folder}/busybox --install -s ${folder}`);
    return folder;
  }
  const own = world === "hobbled" ? {} : worlds[world];
  const all = { ...Object.fromEntries(coreutils.map((name) => [name, name])), sh: "dash", ...own };
  const links = Object.entries(all).map(([name, program]) => `ln -s "$(command -v ${program})" ${folder}/${name}`);
  await lab.script(links.join("\n"));
  if (world === "hobbled")
    for (const [name, text] of Object.entries(stubs))
      await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return folder;
}

const nameOf = (world: string): string => world.replaceAll(/\W+/g, "-");

/** Runs the script where there is nothing but that, and joins what it brought on a machine that is no node. */
async function runScript(lab: Lab, world: Column | "hobbled"): Promise<{ merged: Checked; tool: string }> {
  const PATH = await programsOf(lab, world);
  const out = join(lab.dir, `${nameOf(world)}.txt`);
  const words = ["/usr/bin/env", `PATH=${PATH}`, join(PATH, "sh"), join(lab.dir, "cmk.sh"), "--out", out];
  const ran = await lab.on("cmk", words, { env });
  if (ran.code !== 0 || ran.stderr !== "") throw new Error(`${world} ended with ${ran.code}: ${ran.stderr}`);
  const text = await readFile(out, "utf8");
  if (text.includes(Buffer.from(env.COMMUNITY).toString("hex"))) throw new Error(`${world}: the community is in it`);
  const merged = await check(lab, topology, { args: [...args, "--merge", out], node: "fw" });
  return { merged, tool: /^pm tool (.*)$/m.exec(text)?.[1] ?? "" };
}

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip("snmpd and namespaces need root");
});
const programs = "dash bash busybox nc.openbsd nc.traditional ncat perl openssl ping snmpd".split(" ");
useLab(programs, async (lab) => {
  if (!lab.privileged) return;
  await build(lab);
  live = await check(lab, topology, { args, env });
  const file = join(lab.dir, "t.json");
  await writeFile(file, JSON.stringify(topology));
  await lab.must("cmk", [
    process.execPath,
    cli,
    "script",
    file,
    "--from",
    "cmk",
    "--timeout",
    "2s",
    "--out",
    join(lab.dir, "cmk.sh"),
  ]);
  // Three at a time: each asks eight flows at once, and what is late on a busy machine looks like silence.
  const left = [...columns];
  const next = async (): Promise<void> => {
    for (let world = left.shift(); world !== undefined; world = left.shift())
      seen.set(world, await runScript(lab, world));
  };
  await Promise.all([next(), next(), next()]);
  hobbled = (await runScript(lab, "hobbled")).merged;
});

/** What a world may say that the live run does not, and never the other way round: it has seen less. */
const less: Readonly<Record<string, readonly string[]>> = {
  "administratively-prohibited": ["host-unreachable", "udp-silence"], // an error number tells no ICMP code
  "host-unreachable": ["udp-silence"], // Linux keeps it from a socket for datagrams that did not ask (ip(7), IP_RECVERR)
  "service-answered": ["handshake-completed"],
  "no-service-answer": ["handshake-completed"],
};

describe.each(columns)("a script where there is %s", (column) => {
  const runOf = () => seen.get(column)?.merged.run.results ?? [];

  test("says what a live run says, or less, or that it sent nothing and why", () => {
    const meant = new Map(live.run.results.map((one) => [one.id, one]));
    expect(runOf()).toHaveLength(meant.size);
    for (const { id, outcome, reason, evidence, takenAt } of runOf()) {
      const allowed = [meant.get(id)?.reason, ...(less[meant.get(id)?.reason ?? ""] ?? [])];
      const whyNot = /^(?:nc cannot|this nc does not know|there is no) ./;
      if (outcome === "unsent")
        expect({ id, takenAt, why: evidence.detail }).toEqual({
          id,
          takenAt: expect.any(String),
          why: expect.stringMatching(whyNot),
        });
      else
        expect({ id, takenAt, reason }).toEqual({ id, takenAt: expect.any(String), reason: expect.toBeOneOf(allowed) });
    }
  });

  test("uses what is there", () => expect(seen.get(column)?.tool).toMatch(tools[column]));
});

test("Python and perl tell nothing else than a live run, but that perl cannot speak under TLS", () => {
  for (const column of ["Python", "perl"] as const)
    for (const row of rows) {
      const meant = column === "perl" && row.port === ports.https ? "`handshake-completed`" : "yes";
      expect([column, row.title, cellOf(row, runIn(column), live.run)]).toEqual([column, row.title, meant]);
    }
});

test("programs that are there and cannot do it are not believed: bash without /dev/tcp, nc without -z, ping without privilege", () => {
  const reasons = hobbled.run.results.map(({ protocol, outcome, reason, evidence }) => {
    expect(outcome).toBe("unsent");
    return `${protocol} ${reason} ${evidence.detail?.slice(0, 34)}`;
  });
  expect([...new Set(reasons)].toSorted()).toEqual([
    'icmp privilege-missing ping says "ping: socket: Operation',
    "tcp probe-not-supported this nc does not know its options:",
    "udp probe-not-supported nc cannot tell an answer over UDP ",
  ]);
});

test("docs/scripts.md has what was seen", () => expectTable(rows, live.run, runIn));
