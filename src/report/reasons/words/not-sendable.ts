import type { Reason } from "../../../model/reason.ts";
import type { ReasonWords } from "../reason-words.ts";
import { unsent } from "../saw.ts";

const nothing = "Anything about the network or the target: nothing was sent.";

/** This side could not send, so nothing is known of the network. */
export const notSendable = {
  "privilege-missing": {
    cell: "privilege",
    message: unsent,
    advice: () =>
      "Run `sudo setcap cap_net_raw+ep $(readlink -f $(command -v node))`, run as root, or install the `ping` program.",
    explanation: {
      short: "this user may not send ICMP echo",
      means:
        "The operating system does not let this user send ICMP echo, neither through a raw socket nor through `ping`.",
      proves: "The sender lacks the privilege (`CAP_NET_RAW`).",
      doesNotProve: nothing,
      likelyCauses: [
        "portmatrix runs as an ordinary user, and the `ping` program has lost its own privilege.",
        "A container was started without the capability `NET_RAW`.",
      ],
      lookFirst: "The capabilities of `node` and of `ping` (`getcap`). TCP, UDP and SNMP need none.",
    },
  },
  "program-missing": {
    cell: "no program",
    message: unsent,
    advice: () =>
      "Install the `ping` program (Debian: iputils-ping), or let Node send by itself: `sudo setcap cap_net_raw+ep $(readlink -f $(command -v node))`.",
    explanation: {
      short: "the sender has neither a raw socket nor the `ping` program",
      means: "ICMP echo needs a raw socket or the `ping` program, and the sender has neither.",
      proves: "Both are missing on the sender; the message says why.",
      doesNotProve: nothing,
      likelyCauses: ["A small container image without `ping`.", "The optional module `raw-socket` was not installed."],
      lookFirst: "Whether `ping` is in the PATH of the sender.",
    },
  },
  "descriptors-exhausted": {
    cell: "descriptors",
    message: unsent,
    advice: () => "Raise the limit of open files (`ulimit -n 4096`) or lower `--concurrency`.",
    explanation: {
      short: "the sender ran out of file descriptors or buffers",
      means: "The sender ran out of file descriptors, buffers or memory for sockets, also after several pauses.",
      proves: "A limit of the sender was reached.",
      doesNotProve: nothing,
      likelyCauses: [
        "The limit of open files is low (`ulimit -n`), and `--concurrency` is high.",
        "Another process on the sender uses them up.",
        "Many dead hosts on the sender's own network fill the send buffer of ICMP.",
      ],
      lookFirst: "`ulimit -n` on the sender, then `--concurrency`.",
    },
  },
  "source-ports-exhausted": {
    cell: "src ports",
    message: unsent,
    advice: () => "Lower `--concurrency` or `--rate`, or wait a minute until the kernel has released the source ports.",
    explanation: {
      short: "the sender ran out of source ports",
      means: "The sender had no free source port or source address for the probe, also after several pauses.",
      proves: "A limit of the sender was reached.",
      doesNotProve: nothing,
      likelyCauses: [
        "Many connections of this or another program hold the ports (`ss -s`).",
        "The range of source ports is small (`net.ipv4.ip_local_port_range`).",
      ],
      lookFirst: "`ss -s` on the sender, then `--concurrency` and `--rate`.",
    },
  },
  "name-not-resolved": {
    cell: "no name",
    message: unsent,
    advice: ({ from, address }) =>
      `Fix the name ${address} in the DNS or hosts file that ${from} uses (\`getent ahosts ${address}\` there), or write the IP address.`,
    explanation: {
      short: "the target's name does not resolve on the sender",
      means: "The name of the target does not resolve on the machine that sends.",
      proves: "The resolver of the sender has no address for this name now, or does not answer.",
      doesNotProve: nothing,
      likelyCauses: [
        "The name in the topology is misspelt or incomplete.",
        "The sender uses another DNS server than you do, or a hosts file without this name.",
        "The DNS server does not answer; the message says so.",
      ],
      lookFirst: "`getent ahosts NAME` on the sender. If all names fail, look at its DNS server first.",
    },
  },
  "name-resolves-to-self": {
    cell: "own address",
    message: unsent,
    advice: ({ from, to }) =>
      `See what \`getent ahosts NAME\` says of ${to} on ${from} (/etc/hosts comes first), and fix it, or write the IP address. If ${to} is the same machine as ${from}, write its IP address, or declare both \`local\` under \`vantages:\`.`,
    explanation: {
      short: "the target's name resolves to the sender itself, or to no host",
      means:
        "On the machine that sends, the name of the target resolves to loopback, 0.0.0.0 or ::, a multicast address, or an address of that machine itself. Nothing was sent there: whatever listens on the sender would have answered for the target.",
      proves: "The resolver of the sender gives this address for this name now.",
      doesNotProve: nothing,
      likelyCauses: [
        "A line in the hosts file of the sender: Debian writes the machine's own name with 127.0.1.1, and copies of a machine keep it.",
        "A name server that blocks the name answers with 0.0.0.0 or 127.0.0.1.",
        "The target is the sender itself under another name, but the topology does not say so.",
      ],
      lookFirst: "`getent ahosts NAME` and `/etc/hosts` on the sender.",
    },
  },
  "no-route-here": {
    cell: "no route",
    message: unsent,
    advice: ({ from, address }) => `Look at the routing table of ${from}: \`ip route get ${address}\`.`,
    explanation: {
      short: "the sender's routing table has no route to the target",
      means: "The routing table of the sender has no route to the address, or has an entry that forbids it.",
      proves: "The sender cannot send there as it is configured.",
      doesNotProve: nothing,
      likelyCauses: [
        "The default route or the route of a tunnel is missing on the sender.",
        "The address is IPv6, and the sender has no IPv6 connection.",
        "A route of the types unreachable, prohibit or blackhole covers the address.",
      ],
      lookFirst: "`ip route get ADDRESS` on the sender.",
    },
  },
  "local-firewall": {
    cell: "local rule",
    message: unsent,
    advice: ({ from }) =>
      `Look at the outgoing rules of ${from} itself (\`nft list ruleset\`); the packet never left it.`,
    explanation: {
      short: "a rule of the sender itself blocked the probe",
      means: "An outgoing rule of the sending machine itself dropped or rejected the probe.",
      proves: "The cause is on the sender: the operating system reported it when the packet was sent.",
      doesNotProve: `${nothing} Nor is a sender without this result free of outgoing rules: one that drops TCP looks like \`no-answer\`, one that rejects TCP like \`connection-refused\` or \`host-unreachable\`.`,
      likelyCauses: [
        "An outgoing rule of nftables or iptables on the sender.",
        "A security module or a network policy of the container.",
      ],
      lookFirst: "The outgoing rules of the sender (`nft list ruleset`, `iptables -S OUTPUT`).",
    },
  },
  "connection-table-full": {
    cell: "table full",
    message: unsent,
    advice: ({ from }) =>
      `On ${from}, make room in the connection tracking table and check again: see what fills it (\`conntrack -L\`, \`dmesg\` says "table full, dropping packet"), raise \`net.netfilter.nf_conntrack_max\`, or probe slower (\`--rate\`).`,
    explanation: {
      short: "the sender could track no new connection, so nothing was sent",
      means:
        "The connection tracking table of the sending machine was full. Its kernel then drops the first packet of every new connection: UDP and ICMP fail with EPERM, TCP stays silent. Every flow that was silent while the table was full has this reason; flows that were answered keep their own.",
      proves:
        "The number of tracked connections had reached its limit while the probe was in flight; the message has both numbers.",
      doesNotProve: nothing,
      likelyCauses: [
        "The sender forwards for others, as a NAT gateway or a container host does, and has too many connections for the table.",
        "A scan, a flood, or a large check without `--rate` before this one: an unanswered SYN is kept for two minutes.",
        "`net.netfilter.nf_conntrack_max` is low for the machine.",
      ],
      lookFirst:
        "On the sender: `sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max`, and `dmesg`.",
    },
  },
} as const satisfies Partial<Record<Reason, ReasonWords>>;
