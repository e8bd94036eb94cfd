import type { Reason } from "../../model/reason.ts";
import type { Explanation } from "./explanation.ts";

const nothing = "Anything about the network or the target: nothing was sent.";

/** Reasons for `error` (this side failed) and `skipped` (nobody tried): nothing is known of the network. */
export const unsentExplanations = {
  "privilege-missing": {
    verdict: "error",
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
  "program-missing": {
    verdict: "error",
    short: "neither a raw socket nor the `ping` program is there",
    means: "ICMP echo needs a raw socket or the `ping` program, and the sender has neither.",
    proves: "What is missing on the sender; the message names both.",
    doesNotProve: nothing,
    likelyCauses: ["A small container image without `ping`.", "The optional module `raw-socket` was not installed."],
    lookFirst: "Whether `ping` is in the PATH of the sender.",
  },
  "descriptors-exhausted": {
    verdict: "error",
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
  "source-ports-exhausted": {
    verdict: "error",
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
  "name-not-resolved": {
    verdict: "error",
    short: "the target's name gave no address on the sender",
    means: "The name of the target gave no address on the machine that sends.",
    proves: "The resolver of the sender has no address for this name now, or does not answer.",
    doesNotProve: nothing,
    likelyCauses: [
      "The name in the topology is misspelt or incomplete.",
      "The sender uses another DNS server than you do, or a hosts file without this name.",
      "The DNS server does not answer; the message says so.",
    ],
    lookFirst: "`getent ahosts NAME` on the sender. If all names fail, look at its DNS server first.",
  },
  "name-resolves-to-self": {
    verdict: "error",
    short: "the target's name leads to the sender itself, or to no host",
    means:
      "On the machine that sends, the name of the target gives loopback, 0.0.0.0 or ::, a multicast address, or an address of that machine itself. Nothing was asked there: whatever listens on the sender would have answered for the target.",
    proves: "The resolver of the sender gives this address for this name now.",
    doesNotProve: nothing,
    likelyCauses: [
      "A line in the hosts file of the sender: Debian writes the machine's own name with 127.0.1.1, and copies of a machine keep it.",
      "A name server that blocks the name answers with 0.0.0.0 or 127.0.0.1.",
      "The target is the sender itself under another name, which the topology does not say.",
    ],
    lookFirst: "`getent ahosts NAME` and `/etc/hosts` on the sender.",
  },
  "no-route-here": {
    verdict: "error",
    short: "the sender's routing table has no way there",
    means: "The routing table of the sender has no way to the address, or has an entry that forbids it.",
    proves: "The sender cannot send there as it is configured.",
    doesNotProve: nothing,
    likelyCauses: [
      "The default route or the route of a tunnel is missing on the sender.",
      "The address is IPv6, and the sender has no IPv6 connection.",
      "A route of the types unreachable, prohibit or blackhole covers the address.",
    ],
    lookFirst: "`ip route get ADDRESS` on the sender.",
  },
  "local-firewall": {
    verdict: "error",
    short: "a rule of the sender itself held the probe back",
    means: "A rule of the sending machine itself refused to let the probe out, or rejected it.",
    proves: "The cause is on the sender: the operating system said so when the packet was handed over.",
    doesNotProve: `${nothing} Its absence does not prove that the sender has no such rule either: one that drops TCP looks like \`no-answer\`, one that rejects TCP like \`connection-refused\` or \`host-unreachable\`.`,
    likelyCauses: [
      "An outgoing rule of nftables or iptables on the sender.",
      "A security module or a network policy of the container.",
    ],
    lookFirst: "The outgoing rules of the sender (`nft list ruleset`, `iptables -S OUTPUT`).",
  },
  "vantage-not-opened": {
    verdict: "error",
    short: "the way to the sending node could not be opened, or broke off",
    means: "The vantage point at this node could not be opened, or broke off before it reported this probe.",
    proves: "The command under `vantages:` did not work to the end. The message has its last words.",
    doesNotProve: "Anything about the flow itself. The probe may have been sent; its report is missing.",
    likelyCauses: [
      "`ssh` asks for a password or does not know the host key.",
      "The container, pod or namespace has another name or does not run.",
      "There is no Node.js on the other side.",
      "The connection to the node broke during the run.",
    ],
    lookFirst: "Run the command by hand, as the same user, with `node --version` in place of the worker.",
  },
  "probe-failed": {
    verdict: "error",
    short: "the probe failed for another cause on this side",
    means: "The probe failed for a cause on this side that has no reason of its own; the message says what.",
    proves: "portmatrix could not do its work for this flow.",
    doesNotProve: "Anything about the network or the target.",
    likelyCauses: [
      "The SNMP settings cannot be used here, for example DES with an OpenSSL that has none.",
      "The operating system reported an error that portmatrix does not know.",
      "A bug of portmatrix.",
    ],
    lookFirst: "The text in the message.",
  },
  "no-vantage": {
    verdict: "skipped",
    short: "the flow starts at a node from which nothing could be sent",
    means: "The flow starts at a node from which this run could not send.",
    proves: "Nothing.",
    doesNotProve: "Anything about the flow. A probe from elsewhere would be no evidence: rules, NAT and routes differ.",
    likelyCauses: ["The check ran on another node, and no vantage point is declared for this one."],
    lookFirst: "The command in the advice runs it on the right node. `vantages:` in the topology makes one run do all.",
  },
  interrupted: {
    verdict: "skipped",
    short: "the run was stopped before it was decided",
    means: "The run was stopped before this flow was decided.",
    proves: "Nothing.",
    doesNotProve: "Anything about the flow.",
    likelyCauses: ["Ctrl-C, or a time limit of the job that ran the check."],
    lookFirst: "Run the check again.",
  },
} as const satisfies Partial<Record<Reason, Explanation>>;
