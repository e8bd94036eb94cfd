import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Result } from "../../src/model/run/run.ts";
import { hanging } from "../../src/report/text/layout.ts";
import { sign } from "../../src/report/text/palette.ts";
import { check, type Checked, quietHost, resultOf, topologyOf, type Wanted } from "./check.ts";
import type { Lab } from "./lab.ts";
import { addAddress, at, buildPath, cmk, listen, play, setFirewall } from "./paths.ts";
import { withoutRaw } from "./without-raw.ts";

const v4 = (place: number): string => at(2, place).v4;
const nameServer = v4(53);
const table = fileURLToPath(new URL("connection-table.py", import.meta.url));

/** More ports than a process may have sockets that may open few files. */
const many = Array.from({ length: 80 }, (_, at) => 7100 + at);

/** A small company with one thing wrong at each machine; docs/troubleshooting.md shows what is said of it. */
const topology = topologyOf({
  server: {
    name: "cmk",
    address: cmk.v4,
    sites: [{ name: "main" }, { name: "lab", ports: { agent_receiver: 8001, apache: 5001 } }],
  },
  hosts: [
    { name: "web01", address: v4(10), ping: false },
    { name: "web02", address: v4(18), ping: false, site: "lab" },
    { name: "db01", address: v4(11), ping: false },
    { name: "app01", address: v4(12), ping: false },
    { name: "mail01", address: v4(13), ping: false },
    { name: "old01", address: v4(99), ping: false },
    { name: "ghost", address: "ghost.example.com", ping: false },
    { name: "home01", address: "home01.example.com", ping: false },
    { name: "dual01", address: [at(2, 16).v4, at(2, 16).v6], ping: true },
    { ...quietHost("sw01", v4(14)), snmp: "2c" },
    { ...quietHost("lb01", v4(15)), controls: true },
  ],
  outgoing: { license: { address: v4(17), port: 443 } },
  requirements: [
    { from: "server", to: "lb01", tcp: 7001, service: "none" },
    { from: "server", to: "web01", udp: 5514 },
    { from: "server", to: "web01", tcp: 7000, service: "none" },
  ],
  vantages: { web01: { exec: ["ip", "netns", "exec", "hosts"] }, web02: { exec: ["ip", "netns", "exec", "hosts"] } },
});

/** What is shown under each heading of docs/troubleshooting.md, in their order. */
export async function troubles(lab: Lab): Promise<(readonly [title: string, text: string])[]> {
  await buildPath(lab, [10, 11, 12, 13, 14, 15, 16, 17, 18, 53]);
  await addAddress(lab, "cmk", "fw", 1, 53);
  await setFirewall(lab, [
    `ip daddr ${v4(11)} tcp dport 6556 drop`,
    `ip daddr ${v4(13)} tcp dport 6556 reject with icmpx type admin-prohibited`,
    `ip daddr ${v4(17)} drop`,
    `ip6 daddr ${at(2, 16).v6} drop`,
  ]);
  await lab.rules(
    "hosts",
    `table ip own { chain in { type nat hook prerouting priority -100; ip daddr ${v4(15)} tcp dport != 7000 redirect to :7000; }; }`,
  );
  await listen(lab, "hosts", [
    { protocol: "tcp", address: v4(10), port: 6556, says: "<<<check_mk>>>\nVersion: 2.3.0\n" },
    { protocol: "tcp", address: v4(10), port: 7000 },
    { protocol: "tcp", address: v4(12), port: 6556 },
    { protocol: "tcp", address: v4(15), port: 7000 },
    { protocol: "tcp", address: v4(16), port: 6556, says: "16" },
    { protocol: "udp", address: v4(14), port: 161, mute: true },
    { protocol: "udp", address: v4(10), port: 5514, mute: true },
  ]);
  await play(lab, "cmk", [{ service: "https", address: cmk.v4, port: 8001, site: "main", receiverPort: 8000 }]);
  await lab.script(`
    mkdir -p /etc/netns/cmk
    echo 'nameserver ${nameServer}\noptions timeout:1 attempts:1' > /etc/netns/cmk/resolv.conf
    echo '127.0.0.1 localhost' > /etc/netns/cmk/hosts`);
  const dns = await lab.start(
    "hosts",
    `dnsmasq -d -C /dev/null -R -h -z --listen-address=${nameServer} --local=/example.com/ --address=/home01.example.com/127.0.1.1`.split(
      " ",
    ),
    { listens: ["udp/53"] },
  );

  const env = { SNMP_COMMUNITY: "public", https_proxy: "http://proxy.example.com:3128" };
  const run = (only: readonly string[], more: Parameters<typeof check>[2] = {}, changed: object = {}) =>
    check(
      lab,
      { ...topology, ...changed },
      {
        env,
        ...more,
        args: ["--timeout", "1s", ...only.flatMap((term) => ["--only", term]), ...(more.args ?? [])],
      },
    );

  const main = await run([]);
  const few = await run(
    [],
    { behind: ["prlimit", "--nofile=192:192"], args: ["--section", "extra"] },
    { requirements: [{ from: "server", to: "web01", tcp: many, service: "none", expect: "blocked" }], vantages: {} },
  );
  const off = await run(["old01"], { args: ["--timeout", "4s"] });
  const noRight = await run(["dual01", "icmp"], { behind: [...withoutRaw(lab), "env", "PATH=/nonexistent"] });
  await dns.stop();
  const noNames = await run(["ghost"]);
  const noLogin = await run(["8000"], {}, { vantages: { web01: { ssh: { options: ["-o", "ConnectTimeout=2"] } } } });
  const wrongPlace = await refusalOf(lab, ["--from", "db01"]);
  await lab.rules(
    "cmk",
    "table inet own { chain sent { type filter hook output priority 0; ct state established accept; }; }",
  );
  await lab.must("cmk", ["python3", table, "fill"]);
  const full = await run(["web01", "7000"]);
  await lab.must("cmk", ["python3", table, "empty"]);

  const of = (seen: Checked, wanted: Omit<Wanted, "protocol"> & Partial<Wanted>) =>
    shown(resultOf(seen, { protocol: "tcp", ...wanted }));
  const agent = (to: string) => of(main, { to, port: 6556 });
  return [
    ["The agent receiver refuses", of(main, { from: "web01", to: "cmk", port: 8000 })],
    ["The agent port is silent", agent("db01")],
    ["The agent answers without TLS", agent("web01")],
    ["Another site answers on the receiver's port", of(main, { from: "web02", to: "cmk", port: 8001 })],
    ["A firewall prohibits the connection", agent("mail01")],
    ["The host is off", of(off, { to: "old01", port: 6556 })],
    ["The name does not resolve", agent("ghost")],
    ["The name leads to this machine", agent("home01")],
    ["SNMP does not answer", of(main, { to: "sw01", protocol: "udp", port: 161 })],
    ["No permission to ping", of(noRight, { to: "dual01", protocol: "icmp", address: v4(16) })],
    ["UDP is silent", of(main, { to: "web01", protocol: "udp", port: 5514 })],
    ["Outgoing connections need a proxy", of(main, { to: v4(17), port: 443 })],
    ["One of two addresses does not answer", of(main, { to: "dual01", port: 6556, address: at(2, 16).v6 })],
    ["Every port seems open", of(main, { to: "lb01", port: 7001 })],
    ["Accepted, then silent", agent("app01")],
    ["The DNS server does not answer", of(noNames, { to: "ghost", port: 6556 })],
    ["Few file descriptors", lines(/.*ulimit.*/.exec(few.stderr)?.[0] ?? "")],
    ["A vantage point cannot be opened", of(noLogin, { from: "web01", to: "cmk", port: 8000 })],
    ["--from names another machine", lines(wrongPlace)],
    ["The connection tracking table is full", of(full, { to: "web01", port: 7000 })],
  ];
}

async function refusalOf(lab: Lab, args: readonly string[]): Promise<string> {
  const file = `${lab.dir}/portmatrix.json`;
  await writeFile(file, JSON.stringify(topology));
  const cli = fileURLToPath(new URL("../../bin/portmatrix.cjs", import.meta.url));
  const { stderr } = await lab.on("cmk", [process.execPath, cli, "check", file, ...args]);
  return stderr.replaceAll(`${lab.dir}/`, "");
}

/** As a terminal shows it, with times and process numbers that are always the same. */
function shown({ verdict, message, advice }: Result): string {
  const mark = `${sign(verdict, { unicode: true })} `;
  const text = [...hanging(mark, message, look), ...(advice === undefined ? [] : hanging("  ", advice, look))];
  return settled(text.join("\n"));
}
const look = { indent: 0, width: 100 };

const lines = (text: string): string =>
  settled(
    text
      .trim()
      .split("\n")
      .flatMap((line) => hanging("", line, look))
      .join("\n"),
  );

const settled = (text: string): string =>
  text
    .replaceAll(/\b(after|in) \d[\d.]* (?:ms|s)\b/g, "$1 0.4 ms")
    .replaceAll(/\bwithin \d[\d.]* (?:ms|s)\b/g, "within 2 s")
    .replaceAll(/\d+ of \d+ entries/g, "65536 of 65536 entries");
