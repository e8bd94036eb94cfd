import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { firewalldServices } from "../../src/load/ruleset/firewalld-services.ts";
import { check, cli, topologyOf } from "../net/check.ts";
import type { Lab, Ran } from "../net/lab.ts";
import { at, buildPath, listen } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";

const web = at(2, 10);
const topology = topologyOf({
  hosts: [{ name: "web01", address: [web.v4, web.v6], agent: "none", ping: true }],
  requirements: [
    { from: "server", to: "web01", tcp: [7000, 7001], service: "none" },
    { from: "server", to: "web01", udp: 7002 },
  ],
});
const args = ["--only", "7000", "--only", "7001", "--only", "7002", "--only", "icmp", "--timeout", "2s"];

const lab = useLab(["iptables", "ip6tables", "firewalld", "firewall-cmd", "dbus-daemon", "ufw"], async (lab) => {
  await buildPath(lab, [10]);
  await listen(lab, "hosts", [
    { protocol: "tcp", address: "::", port: 7000 },
    { protocol: "tcp", address: "::", port: 7001 },
    { protocol: "udp", address: "::", port: 7002 },
  ]);
});

/** Runs `portmatrix rules` for the host. */
async function rules(lab: Lab, ...options: string[]): Promise<Ran> {
  const file = join(lab.dir, "t.json");
  await writeFile(file, JSON.stringify(topology));
  return lab.on("hosts", [process.execPath, cli, "rules", file, "--for", "web01", ...options]);
}

/** Compares what a command lists with what is needed. */
async function compare(lab: Lab, ...listings: string[]): Promise<{ code: number | null; stdout: string }> {
  const files: string[] = [];
  for (const [place, script] of listings.entries()) {
    const file = join(lab.dir, `listing-${place}`);
    await writeFile(file, await lab.must("hosts", ["sh", "-ec", script]));
    files.push("--ruleset", file);
  }
  const { code, stdout, stderr } = await rules(lab, "--check", ...files);
  expect(stderr).toBe("");
  return { code, stdout };
}

/** The cells of a check that are not as they should be, in short. */
async function red(lab: Lab): Promise<string[]> {
  const { run } = await check(lab, topology, { args });
  expect(run.results).toHaveLength(8);
  return run.results
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ address, protocol, port = "", outcome }) => `${address} ${port}/${protocol} ${outcome}`);
}

const apply = (lab: Lab, text: string) => lab.must("hosts", ["sh", "-s"], { input: text });

it("a running firewalld takes the rules: all is open then, and without one of them that cell is red", async () => {
  await lab().script("mkdir -p /run/dbus /run/firewalld");
  const bus = await lab().start("hosts", ["sh", "-c", "dbus-daemon --system --nofork --nopidfile --print-address"], {
    prints: "unix:",
  });
  await writeFile(join(lab().dir, "log"), "");
  const firewalld = await lab().start("hosts", [
    "firewalld",
    "--nofork",
    "--nopid",
    "--log-file",
    join(lab().dir, "log"),
  ]);
  try {
    await lab().must("hosts", ["sh", "-c", "until firewall-cmd --state; do sleep 0.2; done >/dev/null 2>&1"]);
    await lab().must("hosts", ["firewall-cmd", "-q", "--set-default-zone=drop"]);
    expect(await red(lab())).toHaveLength(8);
    const byZones = "firewall-cmd --list-all 2>/dev/null; firewall-cmd --list-all-zones";
    const byKernel = "nft -j list ruleset";
    for (const listing of [byZones, byKernel])
      expect(await compare(lab(), listing)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining("8 rules needed: 0 allowed, 8 missing, 0 shadowed, 0 cannot tell"),
      });

    const { stdout } = await rules(lab(), "--format", "firewalld");
    await apply(lab(), stdout);
    expect(await red(lab())).toEqual([]);
    for (const listing of [byZones, byKernel])
      expect(await compare(lab(), listing)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("8 allowed, 0 missing"),
      });

    const rule = `rule priority="-100" family="ipv4" source address="${at(1, 2).v4}" port port="7001" protocol="tcp" accept`;
    expect(stdout).toContain(rule);
    await lab().must("hosts", ["firewall-cmd", "-q", `--remove-rich-rule=${rule}`]);
    expect(await red(lab())).toEqual([`${web.v4} 7001/tcp silent`]);
    const missing = await compare(lab(), byZones);
    expect(missing.stdout).toMatch(
      /7 allowed, 1 missing[^]*^missing: 7001\/tcp from 10\.213\.1\.2 .*zone drop: target DROP/m,
    );

    const old = rule.replace("7001", "99");
    const denial = `rule priority="-200" family="ipv6" port port="7000" protocol="tcp" drop`;
    await lab().must("hosts", ["firewall-cmd", "-q", `--add-rich-rule=${old}`]);
    await lab().must("hosts", ["firewall-cmd", "-q", `--add-rich-rule=${denial}`]);
    const more = await compare(lab(), byZones);
    expect(more.stdout).toContain("6 allowed, 1 missing, 1 shadowed, 0 cannot tell; 1 superfluous");
    expect(more.stdout).toMatch(/^shadowed: 7000\/tcp from fd21:3:1::2 .*priority="-200"/m);
    expect(more.stdout).toMatch(/^superfluous: zone drop: .*port="99"/m);
    expect((await red(lab())).toSorted()).toEqual([`${web.v4} 7001/tcp silent`, `${web.v6} 7000/tcp silent`]);
  } finally {
    await firewalld.stop();
    await bus.stop();
    await lab().rules("hosts", "");
  }
}, 120_000);

it("ufw takes the rules: all is open then, and without one of them that cell is red", async () => {
  await lab().must("hosts", ["ufw", "--force", "enable"]);
  const byStatus = "LC_ALL=C ufw status verbose";
  const byKernel = ["iptables-save", "ip6tables-save"];
  const byFiles = ["cat /etc/ufw/user.rules", "cat /etc/ufw/user6.rules"];
  // Echo requests are let in by ufw as it comes.
  expect(await red(lab())).toHaveLength(6);
  const before = await compare(lab(), ...byKernel);
  expect(before.stdout).toContain("8 rules needed: 2 allowed, 6 missing, 0 shadowed, 0 cannot tell");

  const { stdout } = await rules(lab(), "--format", "ufw");
  await apply(lab(), stdout);
  expect(await red(lab())).toEqual([]);
  expect(await compare(lab(), ...byKernel)).toMatchObject({ code: 0, stdout: expect.stringContaining("8 allowed") });
  const told = await compare(lab(), byStatus);
  expect(told).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("6 allowed, 0 missing, 0 shadowed, 2 cannot tell"),
  });
  expect(told.stdout).toMatch(/^cannot tell: ICMP echo .*before\.rules/m);
  expect((await compare(lab(), ...byFiles)).stdout).toContain("6 allowed, 0 missing, 0 shadowed, 2 cannot tell");
  const once = await lab().must("hosts", ["ufw", "status"]);
  await apply(lab(), stdout);
  expect(await lab().must("hosts", ["ufw", "status"])).toBe(once);

  const own = `from ${at(1, 2).v4} to any port 7001`;
  await lab().must("hosts", ["sh", "-c", `ufw delete allow in proto tcp ${own}`]);
  expect(await red(lab())).toEqual([`${web.v4} 7001/tcp silent`]);
  const missing = await compare(lab(), byStatus);
  expect(missing).toMatchObject({ code: 1, stdout: expect.stringContaining("5 allowed, 1 missing") });
  expect(missing.stdout).toMatch(/^missing: 7001\/tcp from 10\.213\.1\.2 .*policy drop of ufw incoming/m);

  await lab().must("hosts", ["sh", "-c", "ufw prepend deny proto tcp from fd21:3::/32 to any port 7000"]);
  await lab().must("hosts", [
    "sh",
    "-c",
    "ufw allow proto tcp from 192.0.2.1 to any port 99 comment 'portmatrix: old'",
  ]);
  for (const listings of [[byStatus], byFiles]) {
    const more = await compare(lab(), ...listings);
    expect(more.stdout).toMatch(/^shadowed: 7000\/tcp from fd21:3:1::2 /m);
    expect(more.stdout).toMatch(/^superfluous: .*99/m);
  }
  expect((await red(lab())).toSorted()).toEqual([`${web.v4} 7001/tcp silent`, `${web.v6} 7000/tcp silent`]);
  await lab().must("hosts", ["ufw", "--force", "disable"]);
}, 120_000);

it("the ports of services that firewalld brings are those that are known here", async () => {
  const own = new Map<string, string[]>();
  const portsOf = async (name: string): Promise<string[]> => {
    const text = await readFile(`/usr/lib/firewalld/services/${name}.xml`, "utf8");
    const attribute = (tag: string, key: string) => new RegExp(`${key}="([^"]+)"`).exec(tag)?.[1] ?? "";
    const ports = (text.match(/<port [^>]+>/g) ?? []).map(
      (tag) => `${attribute(tag, "port")}/${attribute(tag, "protocol")}`,
    );
    const included = (text.match(/<include [^>]+>/g) ?? []).map((tag) => attribute(tag, "service"));
    return [...ports, ...(await Promise.all(included.map(portsOf))).flat()];
  };
  for (const name of Object.keys(firewalldServices)) own.set(name, (await portsOf(name)).toSorted());
  expect(Object.fromEntries(own)).toEqual(
    Object.fromEntries(Object.entries(firewalldServices).map(([name, ports]) => [name, ports.toSorted()])),
  );
});
