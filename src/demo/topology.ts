import type { LabAddresses } from "./addresses.ts";

/** The ports that the lab's services really got; names as in the topology, nodes where they differ between nodes. */
export interface LabPorts {
  cmk: ServerPorts & { receiverMain: number; receiverLab: number; apacheLab: number; syslogTcp: number; trap: number };
  muc: ServerPorts & { receiver: number; syslogUdp: number; spooler: number };
  agents: { web01: number; web02: number; db01: number; win01: number };
  windowsChannel: number;
  snmp: { sw01: number; rtr01: number };
  database: number;
  cluster: { pacemaker: number; ring0: number; ring1: number; drbd: number };
  outgoing: { dns: number; ntp: number; smtp: number; ldap: number; license: number };
}
interface ServerPorts {
  http: number;
  https: number;
  apache: number;
  livestatus: number;
  eventConsole: number;
}

/** Names of the variables that hold the lab's secrets; the values are in `snmp-agents` callers alone. */
export const secretNames = {
  community: "PORTMATRIX_DEMO_COMMUNITY",
  authPassword: "PORTMATRIX_DEMO_AUTH_PASSWORD",
  privPassword: "PORTMATRIX_DEMO_PRIV_PASSWORD",
} as const;

/** The topology of the lab as a user would write it: YAML, complete and commented. */
export function renderTopology(address: LabAddresses, port: LabPorts): string {
  const { cmk, muc, agents, outgoing, cluster } = port;
  return `# The topology of \`portmatrix demo\`: every machine is a loopback address, every port an unprivileged one.
# Yours looks the same with real addresses and, for standard ports, without the \`ports:\` lines.
catalog: checkmk/2.3
stage: live

server: # the central Checkmk server, with two sites
  name: cmk
  address: ${address.cmk}
  sites:
    - { name: main, ports: { agent_receiver: ${cmk.receiverMain}, apache: ${cmk.apache} } }
    - { name: lab, ports: { agent_receiver: ${cmk.receiverLab}, apache: ${cmk.apacheLab} } }
  features: [agent-bakery, event-console-status, snmp-traps, syslog-tcp]
  ports:
    http: ${cmk.http}
    https: ${cmk.https}
    syslog_tcp: ${cmk.syslogTcp}
    snmp_trap: ${cmk.trap}
    event_console_status: ${cmk.eventConsole}

remote_sites: # distributed monitoring: cmk asks muc
  - name: muc
    address: ${address.muc}
    sites: [{ name: muc, ports: { agent_receiver: ${muc.receiver}, apache: ${muc.apache}, livestatus: ${muc.livestatus} } }]
    features: [event-console-status, livestatus, notification-spooler, syslog-udp]
    ports:
      http: ${muc.http}
      https: ${muc.https}
      syslog_udp: ${muc.syslogUdp}
      notification_spooler: ${muc.spooler}
      event_console_status: ${muc.eventConsole}

hosts:
  - { name: web01, address: ${address.web01}, site: main, ports: { agent: ${agents.web01} } }
  - { name: db01, address: ${address.db01}, site: main, agent: legacy, ports: { agent: ${agents.db01} } }
  - name: win01
    address: ${address.win01}
    site: lab # the second site of cmk
    os: windows
    ports: { agent: ${agents.win01}, agent_channel: ${port.windowsChannel} }
  - name: sw01 # a switch: no agent, SNMP only
    address: ${address.sw01}
    site: main
    os: other
    agent: none
    snmp: { version: 2c, community: { env: ${secretNames.community} } }
    ports: { snmp: ${port.snmp.sw01} }
  - { name: web02, address: ${address.web02}, site: muc, ports: { agent: ${agents.web02} } }
  - name: rtr01 # a router that speaks SNMPv3
    address: ${address.rtr01}
    site: muc
    os: other
    agent: none
    snmp:
      version: "3"
      user: monitor
      auth: { protocol: sha, password: { env: ${secretNames.authPassword} } }
      priv: { protocol: aes, password: { env: ${secretNames.privPassword} } }
    ports: { snmp: ${port.snmp.rtr01} }

clusters: # a pair of Checkmk appliances
  - name: ha1
    nodes: [{ name: node1, address: ${address.node1} }, { name: node2, address: ${address.node2} }]
    ports:
      pacemaker: ${cluster.pacemaker}
      corosync_ring0: ${cluster.ring0}
      corosync_ring1: ${cluster.ring1}
      drbd: ${cluster.drbd}

outgoing: # what cmk itself needs
  dns: [{ address: ${address.dns}, port: ${outgoing.dns} }]
  ntp: [{ address: ${address.ntp}, port: ${outgoing.ntp} }]
  smtp: [{ address: ${address.mail}, port: ${outgoing.smtp} }]
  ldap: [{ address: ${address.directory}, port: ${outgoing.ldap} }]
  license: { address: ${address.license}, port: ${outgoing.license} }

requirements: # what no catalog can know
  - { id: database, from: server, to: db01, tcp: ${port.database}, why: active check of the database on db01 }
  - id: no-livestatus
    from: web01
    to: server
    tcp: ${cmk.livestatus}
    expect: blocked
    why: Livestatus hands out the whole monitoring without a login

vantages: # in the demo this machine plays every node; yours are local, ssh, docker exec or kubectl exec
${["cmk", "muc", "web01", "db01", "win01", "sw01", "web02", "rtr01", "node1", "node2"].map((name) => `  ${name}: local`).join("\n")}
`;
}
