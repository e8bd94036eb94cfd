// What is measured: for each workload the state of the network, the truth about it, the tools, and the targets.
import { deadlineMs } from "./tools/product.mjs";
import { fping, nmap } from "./tools/peers.mjs";

const tcpPorts = [22, 80, 443];
const tcpHosts = { agent: "none", ping: false };
const plainTcp = { hosts: tcpHosts, tcp: tcpPorts };
const connectScan = ["-sT", "-Pn", "-p", tcpPorts.join(",")];
/**
 * The fastest settings for many hosts that still find all: of six that were tried on W3 and W5, these took the least
 * time over both. With groups of 10,000 hosts or thousands of parallel probes nmap spends more processor time than it wins.
 */
const wide = ["-T5", "--min-hostgroup", "4096", "--min-rate", "20000", "--max-retries", "2"];
const connectPeers = [nmap("nmap -sT -T5", [...connectScan, "-T5"]), nmap("nmap -sT tuned", [...connectScan, ...wide])];
const snmp = { version: "2c", community: { env: "SNMP_COMMUNITY" } };

/** At most `ratio` times a peer's median. */
const times = (peer, ratio) => ({ peer, ratio });
/** At most so many milliseconds. */
const within = (limitMs) => ({ limitMs });

/**
 * `flows` are the probes of each host, as the tools' results name them. `truth` is the outcome where a host is not
 * silent; every `silentEvery`th host is. `listens` are TCP ports that are held, `speaks` those where an agent says its
 * first bytes (no peer waits for them), `answersSnmp` and `delayMs` say what
 * else runs at the far end. `senders` are portmatrix again, with another sender in place of itself. `targets` are pairs of goal and moonshot.
 */
export const workloads = [
  {
    id: "W1",
    title: "TCP, all open",
    hosts: 10_000,
    shape: plainTcp,
    flows: tcpPorts.map((port) => `tcp/${port}`),
    truth: "open",
    listens: tcpPorts,
    peers: connectPeers,
    targets: [[times("nmap -sT -T5", 2), times("nmap -sT -T5", 1.2)]],
  },
  {
    id: "W2",
    title: "TCP, all refused",
    hosts: 10_000,
    shape: plainTcp,
    flows: tcpPorts.map((port) => `tcp/${port}`),
    truth: "refused",
    peers: connectPeers,
    targets: [[times("nmap -sT -T5", 2.5), times("nmap -sT -T5", 1.2)]],
  },
  {
    id: "W1r",
    title: "TCP, all open, answers 20 ms late",
    hosts: 10_000,
    shape: plainTcp,
    flows: tcpPorts.map((port) => `tcp/${port}`),
    truth: "open",
    listens: tcpPorts,
    delayMs: 20,
    peers: connectPeers,
    targets: [[times("nmap -sT tuned", 1), times("nmap -sT tuned", 0.6)]],
  },
  {
    id: "W3",
    title: "TCP, open, 5 % of hosts silent",
    hosts: 10_000,
    shape: plainTcp,
    flows: tcpPorts.map((port) => `tcp/${port}`),
    truth: "open",
    silentEvery: 20,
    listens: tcpPorts,
    peers: connectPeers,
    targets: [[within(deadlineMs + 1_500), within(deadlineMs + 500)]],
  },
  {
    id: "W4",
    title: "ICMP echo",
    hosts: 10_000,
    shape: { hosts: { agent: "none", ping: true } },
    flows: ["icmp"],
    truth: "open",
    peers: [nmap("nmap -sn -PE -T5", ["-sn", "-PE", "-T5"], { pings: true }), fping],
    targets: [[times("nmap -sn -PE -T5", 1), times("fping -i 0", 4)]],
  },
  {
    id: "W5",
    title: "SNMP GET",
    hosts: 10_000,
    shape: { hosts: { agent: "none", ping: false, snmp } },
    flows: ["udp/161"],
    truth: "open",
    answersSnmp: true,
    peers: [
      nmap("nmap -sU -T5", ["-sU", "-Pn", "-p", "161", "-T5"]),
      nmap("nmap -sU tuned", ["-sU", "-Pn", "-p", "161", ...wide]),
    ],
    targets: [[times("nmap -sU tuned", 1), times("nmap -sU tuned", 0.6)]],
  },
  {
    id: "W6",
    title: "ICMP + SNMP + agent, 2 % of hosts silent",
    hosts: 10_000,
    shape: { hosts: { agent: "legacy", ping: true, snmp } },
    flows: ["icmp", "udp/161", "tcp/6556"],
    truth: "open",
    silentEvery: 50,
    speaks: [6556],
    answersSnmp: true,
    peers: [nmap("nmap -sS -sU -PE -T5", ["-sS", "-sU", "-PE", "-T5", "-p", "T:6556,U:161"], { pings: true })],
    targets: [[within(deadlineMs + 1_500), within(deadlineMs + 800)]],
  },
  {
    id: "W7",
    title: "TCP, 20 hosts, all open (start-up)",
    hosts: 20,
    shape: plainTcp,
    flows: tcpPorts.map((port) => `tcp/${port}`),
    truth: "open",
    listens: tcpPorts,
    peers: [nmap("nmap -sT -T5", [...connectScan, "-T5"])],
    targets: [[within(250), within(150)]],
  },
  {
    // What the seam between probers and sockets costs: the same flows over a worker's sockets in place of this process's.
    id: "W8",
    title: "TCP, all open, over the sockets of a worker on this machine",
    hosts: 2_000,
    shape: plainTcp,
    flows: tcpPorts.map((port) => `tcp/${port}`),
    truth: "open",
    listens: tcpPorts,
    senders: [
      { name: "portmatrix over Python", sender: { local: "python" } },
      { name: "portmatrix over perl", sender: { local: "perl" } },
    ],
    peers: [],
    targets: [],
  },
];

/** Peak memory of portmatrix on the workloads of 30,000 flows, in megabytes: goal and moonshot. */
export const memoryTargetMb = [180, 100];
