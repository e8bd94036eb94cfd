import type { KeyTable } from "./key-words.ts";

/** Clusters, relays, requirements of your own, the report, vantage points. */
export const otherKeys = {
  clusters: {
    is: "Clusters of two Checkmk appliances.",
    example: "clusters: [{ name: ha1, nodes: [{ name: n1, address: 10.0.9.1 }, { name: n2, address: 10.0.9.2 }] }]",
    rows: "the section of the appliance cluster, both ways",
  },
  "clusters[].name": { is: "Name of the cluster, which is not a node.", example: "name: ha1", rows: "none" },
  "clusters[].nodes": {
    is: "Its two nodes.",
    example: "nodes: [{ name: n1, address: 10.0.9.1 }, { name: n2, address: 10.0.9.2 }]",
    rows: "from each to the other",
  },
  "clusters[].nodes[].name": { is: "Name of the node.", example: "name: n1", rows: "none; it names them" },
  "clusters[].nodes[].address": {
    is: "Its address, or a list.",
    example: "address: 10.0.9.1",
    rows: "one row for each address",
  },
  "clusters[].ports": {
    is: "Ports of the cluster that are not the standard ones.",
    example: "ports: { drbd: 7790 }",
    rows: "none; it moves their port",
  },
  relays: {
    is: "Checkmk relays (2.5).",
    example: "relays: [{ name: relay1, address: 10.2.0.5, site: main }]",
    rows: "the section of the relay: to its site and to the container registry",
  },
  "relays[].name": { is: "Name of the node.", example: "name: relay1", rows: "none; it names them" },
  "relays[].address": { is: "Its address, or a list.", example: "address: 10.2.0.5", rows: "none; it sends" },
  "relays[].site": { is: "The site that it belongs to.", example: "site: main", rows: "to the server of this site" },
  "relays[].proxy": {
    is: "The web proxy through which the relay reaches the internet.",
    example: "proxy: http://proxy.example.com:3128",
    rows: "none; the container registry is probed through it",
  },
  requirements: {
    is: "What else must be reachable or blocked (see above).",
    example: "requirements: [{ from: server, to: web01, tcp: 8443, why: our own check }]",
    rows: "the section of this topology's requirements",
  },
  "requirements[].id": {
    is: "Name of the requirement in flow ids. Default: made from its port.",
    example: "id: our-check",
    rows: "none; it names them",
  },
  "requirements[].from": {
    is: "Who opens the connection: a node or a group.",
    example: "from: server",
    rows: "one for each",
  },
  "requirements[].to": { is: "Who listens: a node or a group.", example: "to: hosts", rows: "one for each" },
  "requirements[].tcp": { is: "A TCP port, or a list of them.", example: "tcp: 443", rows: "one for each port" },
  "requirements[].udp": { is: "A UDP port, or a list of them.", example: "udp: 5353", rows: "one for each port" },
  "requirements[].icmp": { is: "ICMP echo.", example: "icmp: true", rows: "one" },
  "requirements[].expect": {
    is: "Whether it must be open or blocked.",
    example: "expect: blocked",
    rows: "none; it decides how they are judged",
  },
  "requirements[].service": {
    is: "Which service must answer; [services.md](services.md) lists them. `none`: a handshake is enough.",
    example: "service: https",
    rows: "none; it decides what is sent",
  },
  "requirements[].scope": {
    is: "`loopback`: each node to itself, over 127.0.0.1.",
    example: "scope: loopback",
    rows: "none; their address is 127.0.0.1",
  },
  "requirements[].timeout": { is: "How long an answer may take.", example: "timeout: 20s", rows: "none" },
  "requirements[].accept": {
    is: "Silence over UDP is accepted.",
    example: "accept: unverifiable",
    rows: "none; silent ones become a warning",
  },
  "requirements[].why": { is: "What it is for.", example: "why: our own check", rows: "none; it is their purpose" },
  report: {
    is: "Heading of the HTML report; options of the command line override it.",
    example: "report: { title: Firewall acceptance, customer: Example Ltd, author: A. Engineer }",
    rows: "none",
  },
  "report.title": { is: "Its title, 120 characters at most.", example: "title: Firewall acceptance", rows: "none" },
  "report.customer": { is: "The customer.", example: "customer: Example Ltd", rows: "none" },
  "report.author": { is: "The author.", example: "author: A. Engineer", rows: "none" },
  "report.logo": {
    is: "A PNG, JPEG or SVG file of 200 kB at most, relative to the topology. It is embedded in the page.",
    example: "logo: logo.png",
    rows: "none",
  },
  vantages: {
    is: "How to send from a node, a group of nodes or a pattern ([vantage-points.md](vantage-points.md)).",
    example: 'vantages: { cmk: local, "web*": { ssh: {} } }',
    rows: "none; without one, the rows of that sender are skipped",
  },
  "vantages.*.local": {
    is: "This machine, and what sends there.",
    example: "cmk: { local: python }",
    rows: "none",
    needed: false,
  },
  "vantages.*.exec": {
    is: "The command that runs a program there; `{name}` and `{address}` are replaced by those of the node.",
    example: 'web01: { exec: [ssh, -T, "{address}"] }',
    rows: "none",
    needed: false,
  },
  "vantages.*.worker": {
    is: "What sends there. Default: the best one available.",
    example: "worker: python",
    rows: "none",
  },
  "vantages.*.shell": {
    is: "The shell that the command starts there, for Windows.",
    example: "shell: powershell",
    rows: "none",
  },
  "vantages.*.ssh": {
    is: "Short for an ssh command without prompts.",
    example: "web01: { ssh: { user: monitor } }",
    rows: "none",
    needed: false,
  },
  "vantages.*.ssh.user": { is: "User to log in as.", example: "user: monitor", rows: "none" },
  "vantages.*.ssh.port": { is: "Port of the SSH server.", example: "port: 2222", rows: "none" },
  "vantages.*.ssh.options": {
    is: "Further options of ssh.",
    example: "options: [-J, jump.example.com]",
    rows: "none",
  },
} as const satisfies KeyTable;
