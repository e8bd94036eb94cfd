import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check, cli, topologyOf } from "./check.ts";
import { startNginx, startRsyslog, startSnmpd } from "./daemons.ts";
import { at, buildPath, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const host = at(2, 10);
const net = useLab(["python3", "perl", "snmpd", "rsyslogd", "nginx"], (lab) => buildPath(lab, [10]));
const program = fileURLToPath(new URL("abuse.py", import.meta.url));
const abuse = (...args: (string | number)[]) => net().on("cmk", ["python3", program, ...args.map(String)]);

const topology = (worker: string) =>
  topologyOf({
    stage: "preinstall",
    hosts: [{ name: "web01", address: [host.v4], agent: "legacy", ping: false }],
    requirements: [
      { from: "cmk", to: "web01", udp: 7001 },
      { from: "cmk", to: "web01", tcp: 7002 },
    ],
    vantages: { cmk: "local", web01: { exec: ["ip", "netns", "exec", "hosts"], worker } },
  });

/** Memory of a process of the lab in MB, by a pattern of its command line. */
async function memoryOf(pattern: string): Promise<number> {
  const script = `for p in $(pgrep -f '${pattern}'); do awk '/VmRSS/ {print $2}' /proc/$p/status; done | sort -n | tail -1`;
  return Number((await net().run(["sh", "-c", script])).stdout) / 1024;
}

describe("strangers", () => {
  it.each([
    ["node", "node -e"],
    ["python", "python3 -I"],
    ["perl", "perl -e"],
  ])(
    "who flood a responder in %s get no answer, fill no memory, and nothing false is said of a probe",
    async (worker, pattern) => {
      await setFirewall(net(), []);
      const file = join(net().dir, `flood-${worker}.json`);
      await writeFile(file, JSON.stringify(topology(worker)));
      // A check that lasts: one port must time out, while everything else goes on.
      const slow = topology(worker);
      const floods = [
        abuse("junk", host.v4, 7001, 100_000),
        abuse("spoof", host.v4, 7001, 10_000),
        abuse("idle", host.v4, 7002, 5_000),
        abuse("slow", host.v4, 7002, 4_000),
      ];
      const before = (await net().must("hosts", ["nstat", "-az", "UdpOutDatagrams"])).match(
        /UdpOutDatagrams +(\d+)/,
      )?.[1];
      const checked = await check(net(), slow, {
        args: ["--responders", "auto", "--timeout", "5s", "--only", "web01"],
      });
      const during = await memoryOf(pattern);
      await Promise.all(floods);
      const after = (await net().must("hosts", ["nstat", "-az", "UdpOutDatagrams"])).match(
        /UdpOutDatagrams +(\d+)/,
      )?.[1];
      const reasons = checked.run.results.filter(({ to }) => to === "web01").map(({ reason }) => reason);
      // Where the kernel had no room for an honest request, nothing false is said of the network.
      for (const reason of reasons)
        expect(reason).toMatch(
          /^(?:responder-answered|answered-on-second-attempt|udp-silence|no-answer|handshake-completed)$/,
        );
      expect(reasons).toContain("responder-answered");
      expect(during).toBeLessThan(250);
      // One answer for each honest request, and no more.
      expect(Number(after) - Number(before)).toBeLessThan(10);
    },
  );

  it("who flood a responder for long fill none of its memory, and it still answers afterwards", async () => {
    const key = join(net().dir, "key");
    await writeFile(key, "0123456789abcdef0123456789abcdef");
    const file = join(net().dir, "long.json");
    await writeFile(file, JSON.stringify({ ...topology("node"), vantages: { cmk: "local" } }));
    const argv = [process.execPath, cli, "listen", file, "--as", "web01", "--key-file", key];
    const responder = await net().start("hosts", argv, { prints: "Listening on" });
    const calm = await memoryOf("cli[.]js listen");
    await Promise.all([
      abuse("junk", host.v4, 7001, 100_000),
      abuse("idle", host.v4, 7002, 5_000),
      abuse("slow", host.v4, 7002, 3_000),
    ]);
    const flooded = await memoryOf("cli[.]js listen");
    expect(flooded - calm).toBeLessThan(120);
    const checked = await check(
      net(),
      { ...topology("node"), vantages: { cmk: "local" } },
      { args: ["--responders", "web01", "--key-file", key, "--timeout", "3s", "--only", "web01"] },
    );
    const reasons = checked.run.results.filter(({ to }) => to === "web01").map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(["responder-answered"]));
    expect(responder.output()).not.toContain("10.213.1.11"); // spoofed
    await responder.stop();
  });
});

describe("where snmpd, rsyslogd and nginx have their ports", () => {
  it("a responder disturbs none of them and says who has what", async () => {
    const lab = net();
    await setFirewall(lab, []);
    const snmpd = await startSnmpd(lab, "hosts", ["udp:127.0.0.1:161"]);
    const rsyslog = await startRsyslog(lab, "hosts");
    const nginx = await startNginx(lab, "hosts", [80]);
    const key = join(lab.dir, "key");
    await writeFile(key, "0123456789abcdef0123456789abcdef");
    const file = join(lab.dir, "daemons.json");
    const requirements = [
      { from: "cmk", to: "web01", udp: 161 },
      { from: "cmk", to: "web01", udp: 514 },
      { from: "cmk", to: "web01", tcp: 514 },
      { from: "cmk", to: "web01", tcp: 80 },
    ];
    await writeFile(file, JSON.stringify({ ...topology("node"), requirements, vantages: { cmk: "local" } }));
    const argv = [process.execPath, cli, "listen", file, "--as", "web01", "--key-file", key];
    const responder = await lab.start("hosts", argv, { prints: "Listening on" });
    const said = responder.output();
    expect(said).toMatch(/161\/udp +10\.213\.2\.10 +held; snmpd has it at 127\.0\.0\.1 only/);
    expect(said).toMatch(/514\/udp +10\.213\.2\.10 +in use by rsyslogd \(0\.0\.0\.0.*\), left alone/);
    expect(said).toMatch(/514\/tcp +10\.213\.2\.10 +in use by rsyslogd .*left alone/);
    expect(said).toMatch(/80\/tcp +10\.213\.2\.10 +in use by nginx \(::\), left alone/);
    const page = await lab.on("hosts", [
      "python3",
      "-c",
      `import urllib.request as u; print(u.urlopen("http://${host.v4}/").status)`,
    ]);
    expect(page.stdout.trim()).toBe("204");
    await lab.must("hosts", ["logger", "-n", host.v4, "-P", "514", "-d", "still here"]);
    await expect.poll(async () => (await lab.run(["cat", rsyslog.file])).stdout).toContain("still here");
    for (const one of [responder, nginx, rsyslog, snmpd]) await one.stop();
  });
});
