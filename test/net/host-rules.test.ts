import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { check, cli, topologyOf, type Written } from "./check.ts";
import type { Lab, Ran } from "./lab.ts";
import { at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const web = at(2, 10);
const topology = topologyOf({
  hosts: [{ name: "web01", address: [web.v4, web.v6], agent: "none", ping: true }],
  requirements: [
    { from: "server", to: "web01", tcp: [7000, 7001], service: "none" },
    { from: "server", to: "web01", udp: 7002 },
  ],
});
const args = ["--only", "7000", "--only", "7001", "--only", "7002", "--only", "icmp", "--timeout", "2s"];

const lab = useLab(["iptables", "ip6tables", "firewall-offline-cmd", "ufw"], async (lab) => {
  await buildPath(lab, [10]);
  await listen(lab, "hosts", [
    { protocol: "tcp", address: "::", port: 7000 },
    { protocol: "tcp", address: "::", port: 7001 },
    { protocol: "udp", address: "::", port: 7002 },
  ]);
});

/** Runs `portmatrix rules` in a node. */
async function rules(lab: Lab, ...options: string[]): Promise<Ran> {
  const file = join(lab.dir, "t.json");
  await writeFile(file, JSON.stringify(topology satisfies Written));
  return lab.on("hosts", [process.execPath, cli, "rules", file, ...options]);
}

/** The cells of a check that are not as they should be, in short. */
async function red(lab: Lab): Promise<string[]> {
  const { run } = await check(lab, topology, { args });
  expect(run.results).toHaveLength(8);
  return run.results
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ address, protocol, port = "", outcome }) => `${address} ${port}/${protocol} ${outcome}`);
}

/** Neighbour discovery is what any firewall of IPv6 lets through. */
const neighbours = "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept";
const guard = (policyOut: string): string => `table inet guard {
  chain incoming { type filter hook input priority 0; policy drop;
    ${neighbours}
    meta l4proto { tcp, udp, icmp } drop
  }
  chain outgoing { type filter hook output priority 0; policy ${policyOut};
    ${neighbours}
  }
}`;

/** A script without the rule for port 7001 in which `part` stands. */
const without = (text: string, part: string): string =>
  text
    .split("\n")
    .filter((line) => !(line.includes(part) && line.includes("7001")))
    .join("\n");

/** A script with that rule alone. */
const alone = (text: string, part: string): string =>
  text
    .split("\n")
    .filter((line) => !line.includes("--add-rich-rule") || line.includes(part))
    .join("\n");

/** How a firewall is closed, how a script gets into it, and how it is listed. */
const firewalls = {
  nft: {
    close: (lab: Lab, policyOut: string) => lab.rules("hosts", guard(policyOut)),
    apply: (lab: Lab, text: string) => lab.must("hosts", ["nft", "-f", "-"], { input: text }),
    list: async (lab: Lab) => [["ruleset.json", await lab.must("hosts", ["nft", "-j", "list", "ruleset"])] as const],
  },
  iptables: {
    close: async (lab: Lab, policyOut: string) => {
      await lab.rules("hosts", "");
      const common = (program: string) =>
        `${program} -P INPUT DROP; ${program} -P OUTPUT ${policyOut.toUpperCase()}; ${program} -A INPUT -p tcp -j DROP`;
      const nd = ["INPUT", "OUTPUT"].flatMap((chain) =>
        [135, 136].map((type) => `ip6tables -I ${chain} -p ipv6-icmp --icmpv6-type ${type} -j ACCEPT`),
      );
      const script = [common("iptables"), common("ip6tables"), ...nd].join("; ");
      await lab.must("hosts", ["sh", "-ec", script]);
    },
    apply: (lab: Lab, text: string) => lab.must("hosts", ["sh", "-s"], { input: text }),
    list: async (lab: Lab) => [
      ["v4.save", await lab.must("hosts", ["iptables-save"])] as const,
      ["v6.save", await lab.must("hosts", ["ip6tables-save"])] as const,
    ],
  },
} as const;

/** Writes the listing of a firewall to files, and gives the options that name them. */
async function listed(lab: Lab, tool: keyof typeof firewalls): Promise<string[]> {
  const files = await firewalls[tool].list(lab);
  for (const [name, text] of files) await writeFile(join(lab.dir, name), text);
  return files.flatMap(([name]) => ["--ruleset", join(lab.dir, name)]);
}

describe.each(["nft", "iptables"] as const)("%s", (tool) => {
  const { close, apply, list } = firewalls[tool];

  it.each(["accept", "drop"])(
    "rules open exactly what is needed, and without one of them that cell is red (output policy %s)",
    async (policyOut) => {
      await close(lab(), policyOut);
      expect(await red(lab())).toHaveLength(8);
      const before = await rules(lab(), "--for", "web01", "--check", ...(await listed(lab(), tool)));
      expect(before).toMatchObject({ code: 1, stderr: "" });
      expect(before.stdout).toContain("8 rules needed: 0 allowed, 8 missing, 0 shadowed, 0 cannot tell");

      const options = ["--for", "web01", "--format", tool, ...(policyOut === "drop" ? ["--replies"] : [])];
      const { code, stdout, stderr } = await rules(lab(), ...options, ...(await listed(lab(), tool)));
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      await apply(lab(), stdout);
      expect(await red(lab())).toEqual([]);
      const after = await rules(lab(), "--for", "web01", "--check", ...(await listed(lab(), tool)));
      expect(after).toMatchObject({ code: 0, stderr: "" });
      expect(after.stdout).toContain("8 rules needed: 8 allowed");

      const counters = /"(?:packets|bytes|handle)": ?\d+|\[\d+:\d+\]|^#.*$/gm;
      const plain = async () => (await list(lab())).map(([, text]) => text.replaceAll(counters, ""));
      const once = await plain();
      const again = await rules(lab(), ...options, ...(await listed(lab(), tool)));
      await apply(lab(), again.stdout);
      expect(await plain()).toEqual(once);

      await apply(lab(), without(again.stdout, tool === "nft" ? "ip saddr" : "-s 10."));
      expect(await red(lab())).toEqual([`${web.v4} 7001/tcp silent`]);
      const missing = await rules(lab(), "--for", "web01", "--check", ...(await listed(lab(), tool)));
      expect(missing.code).toBe(1);
      expect(missing.stdout).toMatch(/7 allowed, 1 missing[^]*^missing: 7001\/tcp from 10\.213\.1\.2 .*dropped by/m);
    },
  );

  it("what comes behind a drop is called shadowed, and what nothing needs superfluous", async () => {
    await close(lab(), "accept");
    await apply(lab(), (await rules(lab(), "--for", "web01", "--format", tool, ...(await listed(lab(), tool)))).stdout);
    const shadow =
      tool === "nft"
        ? `insert rule inet guard incoming tcp dport 7000 drop
           add rule inet guard portmatrix_in ip saddr 192.0.2.1 tcp dport 99 accept comment "portmatrix: old"`
        : `for p in iptables ip6tables; do $p -I INPUT -p tcp --dport 7000 -j DROP; done
           iptables -A PORTMATRIX_IN -s 192.0.2.1 -p tcp --dport 99 -m comment --comment "portmatrix: old" -j ACCEPT`;
    await apply(lab(), shadow);
    const { code, stdout } = await rules(lab(), "--for", "web01", "--check", ...(await listed(lab(), tool)));
    expect(code).toBe(1);
    expect(stdout).toContain("6 allowed, 0 missing, 2 shadowed, 0 cannot tell; 1 superfluous");
    expect(await red(lab())).toEqual([web.v4, web.v6].map((address) => `${address} 7000/tcp silent`));
  });

  it("what cannot be read is never called allowed", async () => {
    await close(lab(), "accept");
    await apply(lab(), (await rules(lab(), "--for", "web01", "--format", tool, ...(await listed(lab(), tool)))).stdout);
    const riddle =
      tool === "nft"
        ? "insert rule inet guard incoming meta mark 7 tcp dport 7000 drop"
        : "for p in iptables ip6tables; do $p -I INPUT -p tcp --dport 7000 -m mark --mark 7 -j DROP; done";
    await apply(lab(), riddle);
    const { code, stdout } = await rules(lab(), "--for", "web01", "--check", ...(await listed(lab(), tool)));
    expect(code).toBe(3);
    expect(stdout).toContain("6 allowed, 0 missing, 0 shadowed, 2 cannot tell");
  });
});

it("a chain of the device drops before all of that: then nobody says allowed", async () => {
  const { close, apply } = firewalls.nft;
  await close(lab(), "accept");
  await apply(lab(), (await rules(lab(), "--for", "web01", ...(await listed(lab(), "nft")))).stdout);
  const early = (device: string): string => `table netdev early {
    chain in { type filter hook ingress device ${device} priority -500; tcp dport 7000 drop; }
  }`;
  const before = await rules(lab(), "--for", "web01", "--check", ...(await listed(lab(), "nft")));
  expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining("8 allowed") });
  await apply(lab(), early("fw"));
  const { code, stdout } = await rules(lab(), "--for", "web01", "--check", ...(await listed(lab(), "nft")));
  expect(code).toBe(3);
  expect(stdout).toContain("6 allowed, 0 missing, 0 shadowed, 2 cannot tell");
  expect(stdout).toMatch(/^cannot tell: 7000\/tcp from 10\.213\.1\.2 .*tcp dport 7000 drop/m);
  expect(await red(lab())).toEqual([web.v4, web.v6].map((address) => `${address} 7000/tcp silent`));
  const { stdout: written } = await rules(lab(), "--for", "web01", ...(await listed(lab(), "nft")));
  expect(written).toContain("# Chain netdev early in is asked before these rules, and may drop.");
});

describe("a chain at the loopback device", () => {
  const self = topologyOf({ server: { name: "cmk", address: [web.v4, web.v6], sites: [{ name: "main" }] }, hosts: [] });
  const outcomes = async (): Promise<(string | undefined)[]> => {
    const { run } = await check(lab(), self, { node: "hosts", args: ["--only", "5000/tcp", "--timeout", "1s"] });
    return run.results.map(({ address, outcome }) => `${address} ${outcome}`);
  };
  /** Asks with the listing as it is without devices (nft before 1.1.0), and as it is with them. */
  const told = async (device: string): Promise<string[]> => {
    const file = join(lab().dir, "self.json");
    await writeFile(file, JSON.stringify(self));
    const listing = JSON.parse(await lab().must("hosts", ["nft", "-j", "list", "ruleset"])) as {
      nftables: { chain?: { family: string; dev?: string } }[];
    };
    const chains = listing.nftables.flatMap(({ chain }) => (chain?.family === "netdev" ? [chain] : []));
    expect(chains).toHaveLength(1);
    const said: string[] = [];
    for (const dev of [undefined, device]) {
      for (const chain of chains) {
        delete chain.dev;
        if (dev !== undefined) chain.dev = dev;
      }
      const ruleset = join(lab().dir, "self-ruleset.json");
      await writeFile(ruleset, JSON.stringify(listing));
      const options = ["--for", "cmk", "--outbound", "--check", "--ruleset", ruleset];
      const { stdout } = await lab().on("hosts", [process.execPath, cli, "rules", file, ...options]);
      said.push(/\d+ allowed, .* cannot tell/.exec(stdout)?.[0] ?? stdout);
    }
    return said;
  };

  it.each(["ingress", "egress"])(
    "drops what a machine sends to itself, at %s; one of another device does not",
    async (hook) => {
      await lab().rules("hosts", "");
      const holder = await listen(lab(), "hosts", [{ protocol: "tcp", address: "::", port: 5000 }]);
      const drop = (device: string): string =>
        `table netdev early {\nchain c { type filter hook ${hook} device "${device}" priority 0; tcp dport 5000 drop; }\n}`;
      await lab().rules("hosts", drop("lo"));
      expect(await outcomes()).toEqual(["127.0.0.1 silent", "::1 silent"].toSorted());
      expect(await told("lo")).toEqual([
        "2 allowed, 0 missing, 0 shadowed, 2 cannot tell",
        "2 allowed, 2 missing, 0 shadowed, 0 cannot tell",
      ]);
      await lab().rules("hosts", drop("fw"));
      expect(await outcomes()).toEqual(["127.0.0.1 open", "::1 open"].toSorted());
      expect(await told("fw")).toEqual([
        "2 allowed, 0 missing, 0 shadowed, 2 cannot tell",
        "4 allowed, 0 missing, 0 shadowed, 0 cannot tell",
      ]);
      await lab().rules("hosts", "");
      await holder.stop();
    },
  );
});

/** Puts a program of the same name first into PATH, which only writes down or tries. */
async function standIn(lab: Lab, name: string, script: string): Promise<Record<string, string>> {
  const bin = join(lab.dir, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
  return { PATH: `${bin}:${process.env["PATH"]}` };
}

it("firewalld takes the rules, once", async () => {
  const config = join(lab().dir, "firewalld");
  await mkdir(config, { recursive: true });
  const offline = `exec firewall-offline-cmd --system-config=${config} --default-config=/usr/lib/firewalld "$@"`;
  const env = await standIn(
    lab(),
    "firewall-cmd",
    `case "$1" in --get-default-zone) echo public; exit;; --reload) exit;; esac\nshift # --permanent\n${offline}`,
  );
  const { stdout } = await rules(lab(), "--for", "web01", "--format", "firewalld");
  await lab().must("hosts", ["sh", "-s"], { input: stdout, env });
  const one = alone(stdout, 'port="7001"'); // each command takes seconds
  await lab().must("hosts", ["sh", "-s"], { input: one, env });
  const zone = await readFile(join(config, "zones/public.xml"), "utf8");
  expect(zone.match(/<rule /g)).toHaveLength(8);
  expect(zone).toMatch(/priority="-100"[^]*<port port="7001" protocol="tcp"\/>/);
  const broken = one.replace('port="7001"', 'port="70010"');
  expect((await lab().on("hosts", ["sh", "-s"], { input: broken, env })).code).not.toBe(0);
});

it("ufw takes the rules", async () => {
  const env = await standIn(lab(), "ufw", 'exec /usr/sbin/ufw --dry-run "$@"');
  const { stdout } = await rules(lab(), "--for", "web01", "--format", "ufw");
  const taken = await lab().must("hosts", ["sh", "-s"], { input: stdout, env });
  for (const port of [7000, 7001, 7002]) expect(taken).toContain(`dport ${port}`);
  expect(taken).toContain(at(1, 2).v6);
  const broken = stdout.replace("port 7001", "port 70010");
  expect((await lab().on("hosts", ["sh", "-s"], { input: broken, env })).code).not.toBe(0);
});
