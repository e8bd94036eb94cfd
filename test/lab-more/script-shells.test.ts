import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Checked, check, cli, quietHost, topologyOf } from "../net/check.ts";
import { startSnmpd } from "../net/daemons.ts";
import type { Lab } from "../net/lab.ts";
import { at, buildPath, listen, play, setFirewall } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";
import { cellOf, columns, expectTable, type Row, resultsOf } from "./script-shells-table.ts";

vi.setConfig({ hookTimeout: 600_000 });

/** What everybody has who has a shell; BusyBox brings its own. */
const coreutils = "cat cut date dd grep head od rm mv sed sh sha256sum sort tr awk timeout wc hostname getent ip".split(
  " ",
);
/** Programs of each world by name, and what they are there. `sh` is dash where nothing else is said. */
const worlds: Readonly<Record<(typeof columns)[number], Readonly<Record<string, string>>>> = {
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
      { service: "https" as const, address, port: ports.secure, site: "main", receiverPort: 8000 },
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
  { title: "the same, mute", to: "answers", protocol: "tcp", port: ports.mute },
  { title: "service that is asked (HTTP)", to: "answers", protocol: "tcp", port: ports.web },
  { title: "TLS and its certificate", to: "answers", protocol: "tcp", port: ports.secure },
  { title: "the same, mute", to: "answers", protocol: "tcp", port: ports["not-secure"] },
  { title: "UDP, answered (DNS)", to: "answers", protocol: "udp", port: 53 },
  { title: "UDP, no listener", to: "nobody", protocol: "udp", port: 53 },
  { title: "UDP, dropped", to: "dropped", protocol: "udp", port: 53 },
  { title: "UDP, rejected: prohibited", to: "prohibited", protocol: "udp", port: 53 },
  { title: "UDP, rejected: host unreachable", to: "unreachable", protocol: "udp", port: 53 },
  { title: "SNMP with a community", to: "device", protocol: "udp", port: 161 },
  { title: "ping, answered", to: "answers", protocol: "icmp" },
  { title: "ping, dropped", to: "dropped", protocol: "icmp" },
];

/** A folder that has the programs of a world and no others. */
async function programsOf(lab: Lab, world: (typeof columns)[number]): Promise<string> {
  const folder = join(lab.dir, world.replaceAll(/\W+/g, "-"));
  await mkdir(folder);
  if (world === "BusyBox") {
    await lab.script(`cp "$(command -v busybox)" ${folder}/ && ${folder}/busybox --install -s ${folder}`);
    return folder;
  }
  const all = { ...Object.fromEntries(coreutils.map((name) => [name, name])), sh: "dash", ...worlds[world] };
  const links = Object.entries(all).map(([name, program]) => `ln -s "$(command -v ${program})" ${folder}/${name}`);
  await lab.script(links.join("\n"));
  return folder;
}

/** What a script saw in each world; all of them at the same time. */
const seen = new Map<(typeof columns)[number], { merged: Checked; tool: string }>();
let live: Checked;

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
  await Promise.all(
    columns.map(async (world) => {
      const PATH = await programsOf(lab, world);
      const out = join(lab.dir, `${world.replaceAll(/\W+/g, "-")}.txt`);
      const ran = await lab.on(
        "cmk",
        ["/usr/bin/env", `PATH=${PATH}`, join(PATH, "sh"), join(lab.dir, "cmk.sh"), "--out", out],
        { env },
      );
      if (ran.code !== 0 || ran.stderr !== "") throw new Error(`${world} ended with ${ran.code}: ${ran.stderr}`);
      const text = await readFile(out, "utf8");
      if (text.includes(Buffer.from(env.COMMUNITY).toString("hex")))
        throw new Error(`${world}: the community is in it`);
      const node = "device"; // whose own flows nobody can send, so the run is of the fragment alone
      const merged = await check(lab, topology, { args: [...args, "--merge", out], node: "fw" });
      seen.set(world, { merged, tool: /^pm tool (.*)$/m.exec(text)?.[1] ?? node });
    }),
  );
});

test("prints", () => {
  for (const row of rows)
    console.log(
      row.title,
      "|",
      resultsOf(row, live.run)
        .map(({ reason }) => reason)
        .join(","),
      "|",
      columns.map((c) => `${c}: ${cellOf(row, seen.get(c)!.merged.run, live.run)}`).join(" | "),
    );
  for (const [world, { merged, tool }] of seen) {
    console.log(`== ${world} ${tool} exit ${merged.code}\n${merged.stderr}`);
    const d = new Set(
      merged.run.results.flatMap((r) =>
        r.outcome === "unsent" ? [`${r.protocol} ${r.port} ${r.address} ${r.reason} ${r.evidence.detail}`] : [],
      ),
    );
    console.log([...d].join("\n"));
  }
});
