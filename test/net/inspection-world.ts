import { fileURLToPath } from "node:url";
import type { Inspection } from "../../src/model/inspection.ts";
import type { Result } from "../../src/model/run/run.ts";
import { check, type Checked, topologyOf } from "./check.ts";
import type { Daemon, Lab } from "./lab.ts";
import { at, buildPath, setFirewall } from "./paths.ts";

/** The host that is read, and another address of the same machine. */
const web = at(2, 10);
const other = at(2, 11);

/** One fault of the host itself, or in front of it, and what inspection has to say of the flow that it breaks. */
export interface HostFault {
  port: number;
  /** Which of the host's addresses the fault is seen at. */
  families: readonly (4 | 6)[];
  finding: Inspection["finding"];
  /** In the advice. */
  says: RegExp;
  /** Sockets in place of the usual one on `::`. */
  holds?: readonly { address: string; ipv6Only?: true; full?: true }[];
  nft?: string;
  iptables?: string;
  /** On the router in front of the host. */
  router?: string;
  protocol?: "udp";
  /** Its counter has to rise. */
  rises?: true;
}

const both = [4, 6] as const;

/** The faults of ordinary ports. */
export const hostFaults: Readonly<Record<string, HostFault>> = {
  "nothing listens": {
    port: 7001,
    families: both,
    finding: "not-listening",
    holds: [],
    says: /nothing listens on 7001\/tcp/,
  },
  "loopback only": {
    port: 7002,
    families: both,
    finding: "loopback-only",
    holds: [{ address: "127.0.0.1" }, { address: "::1" }],
    says: /python3? \(on 127\.0\.0\.1, \[::1\]\) listens on 7002\/tcp on loopback only/,
  },
  "IPv4 only": {
    port: 7003,
    families: [6],
    finding: "other-family",
    holds: [{ address: "0.0.0.0" }],
    says: /over IPv4 only/,
  },
  "IPv6 only": {
    port: 7004,
    families: [4],
    finding: "other-family",
    holds: [{ address: "::", ipv6Only: true }],
    says: /over IPv6 only/,
  },
  "another address": {
    port: 7005,
    families: both,
    finding: "other-address",
    holds: [{ address: other.v4 }, { address: other.v6 }],
    says: /listens on 7005\/tcp, but not on/,
  },
  "nft rejects with a reset": {
    port: 7006,
    families: both,
    finding: "firewall",
    nft: "tcp dport 7006 counter reject with tcp reset",
    says: /rejects it by rule \d of inet guard in \(nft, handle \d+\): "tcp dport 7006 reject"; .*portmatrix rules/,
  },
  "nft rejects as prohibited": {
    port: 7007,
    families: both,
    finding: "firewall",
    nft: "tcp dport 7007 counter reject with icmpx admin-prohibited",
    says: /rejects it by rule \d of inet guard in .*"tcp dport 7007 reject"/,
  },
  "nft drops": {
    port: 7008,
    families: [4],
    finding: "firewall",
    nft: "ip daddr 10.213.2.10 tcp dport 7008 counter drop",
    rises: true,
    says: /drops it by rule \d of inet guard in .*its counter rose by \d while/,
  },
  "nft drops in prerouting": {
    port: 7009,
    families: [4],
    finding: "firewall",
    nft: "raw: ip saddr 10.213.1.2 tcp dport 7009 counter drop",
    rises: true,
    says: /drops it by rule 1 of inet guard early .*its counter rose/,
  },
  "iptables REJECT": {
    port: 7010,
    families: both,
    finding: "firewall",
    iptables: "-p tcp --dport 7010 -j REJECT",
    says: /rejects it by rule 1 of filter INPUT \(iptables\): "-p tcp .*--dport 7010 -j REJECT/,
  },
  "iptables DROP": {
    port: 7011,
    families: [4],
    finding: "firewall",
    iptables: "-p tcp --dport 7011 -j DROP",
    rises: true,
    says: /drops it by rule 2 of filter INPUT \(iptables\): .*its counter rose/,
  },
  "a full queue": {
    port: 7012,
    families: [4],
    finding: "queue-full",
    holds: [
      { address: "0.0.0.0", full: true },
      { address: "::", ipv6Only: true },
    ],
    says: /does not accept connections to 7012\/tcp any more: its queue is full \(2 of 1 waiting\)/,
  },
  "the router drops": {
    port: 7013,
    families: [4],
    finding: "in-between",
    router: "ip daddr 10.213.2.10 tcp dport 7013 drop",
    says: /nothing there explains it.*look between cmk and web01/,
  },
  "the router resets": {
    port: 7014,
    families: both,
    finding: "in-between",
    router: "tcp dport 7014 reject with tcp reset",
    says: /nothing there explains it: .* listens on 7014\/tcp, and no rule of its own firewall does this/,
  },
  "its answers are dropped": {
    port: 7015,
    families: [4],
    finding: "firewall",
    nft: "out: ip saddr 10.213.2.10 tcp sport 7015 drop",
    says: /its own firewall drops the answers by rule 1 of inet guard out/,
  },
};

const topology = (worker: string) =>
  topologyOf({
    hosts: [{ name: "web01", address: [web.v4, web.v6], agent: "none", ping: false }],
    requirements: [
      { from: "server", to: "web01", tcp: Object.values(hostFaults).map(({ port }) => port), service: "none" },
    ],
    vantages: { web01: { exec: ["ip", "netns", "exec", "hosts"], worker } },
  });

/** Makes the nodes of the world, without any fault. */
export async function buildInspectionWorld(lab: Lab): Promise<void> {
  await buildPath(lab, [10, 11]);
}

/** Puts these faults in place, and takes away all others; ends what held the ports before. */
export async function setFaults(lab: Lab, faults: readonly HostFault[], before?: Daemon): Promise<Daemon> {
  await before?.stop();
  const chainOf = (rule: string): string => /^(raw|out): /.exec(rule)?.[1] ?? "in";
  const rulesIn = (name: string): string =>
    faults
      .flatMap(({ nft }) => (nft !== undefined && chainOf(nft) === name ? [nft.replace(/^\w+: /, "")] : []))
      .join("\n");
  await lab.rules(
    "hosts",
    `table inet guard {
      chain early { type filter hook prerouting priority -300; policy accept;\n${rulesIn("raw")}\n}
      chain in { type filter hook input priority 0; policy accept;
        ct state established,related accept\n${rulesIn("in")}\n}
      chain out { type filter hook output priority 0; policy accept;\n${rulesIn("out")}\n}
    }`,
  );
  for (const { iptables } of faults)
    if (iptables !== undefined)
      await lab.must("hosts", ["sh", "-ec", `iptables -A INPUT ${iptables}; ip6tables -A INPUT ${iptables}`]);
  await setFirewall(
    lab,
    faults.flatMap(({ router }) => router ?? []),
  );
  const faulty = new Map(faults.map((fault) => [fault.port, fault]));
  const holds = Object.values(hostFaults).flatMap(({ port, protocol = "tcp" }) =>
    (faulty.get(port)?.holds ?? [{ address: "::" }]).map((one) => ({ ...one, port, protocol })),
  );
  const program = fileURLToPath(new URL("hold-ports.py", import.meta.url));
  return lab.start("hosts", ["python3", program, JSON.stringify(holds)], { prints: "listening" });
}

/** Checks the world with `--inspect`, through this kind of worker on the host. */
export const inspect = (lab: Lab, worker: string, ...args: string[]): Promise<Checked> =>
  check(lab, topology(worker), { args: ["--only", "web01", "--timeout", "1s", "--inspect", ...args] });

/** The result of a fault at the host's address of a family. */
export function resultAt({ run }: Pick<Checked, "run">, { port }: HostFault, family: 4 | 6): Result {
  const address = family === 4 ? web.v4 : web.v6;
  const found = run.results.find((one) => one.port === port && one.address === address);
  if (found === undefined) throw new Error(`no result of ${port} at ${address}`);
  return found;
}
