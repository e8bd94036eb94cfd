import type { KeyTable } from "./key-words.ts";

/** Hosts, and what they are asked. */
export const hostKeys = {
  hosts: {
    is: "The monitored hosts: one by one, many in one entry, or a table.",
    example: "hosts: [{ name: web01, address: web01.example.com }]",
    rows: "2.1 from the site of each, 2.2 to it",
  },
  "hosts[]": {
    is: "One host, or many by a range, a network or a table.",
    example: "{ name: web01, address: web01.example.com }",
    rows: "2.1 and 2.2",
  },
  "hosts[].name": {
    is: "Name of the host; a range expands to many (`web[01-20]`).",
    example: "name: web01",
    rows: "none; it names them",
  },
  "hosts[].address": {
    is: "IPv4 or IPv6 address or DNS name, or a list of them; each is checked. No port belongs here.",
    example: "address: web01.example.com",
    rows: "one row for each address",
  },
  "hosts[].network": {
    is: "Instead of `address`: all hosts of a network.",
    example: "network: 10.0.4.0/28",
    rows: "those of a host, for each host",
    needed: false,
  },
  "hosts[].include": {
    is: "A table of hosts beside the topology; the other keys are the defaults of its rows.",
    example: "include: hosts.csv",
    rows: "those of a host, for each row of the table",
    needed: false,
  },
  "hosts[].ansible": {
    is: "An Ansible inventory beside the topology, or what `ansible-inventory --list` wrote of it (`.json`); its hosts have the other keys.",
    example: "ansible: inventory.yml",
    rows: "those of a host, for each host",
    needed: false,
  },
  "hosts[].group": {
    is: "The group of the inventory to use. Default: all hosts.",
    example: "group: linux",
    rows: "none; it chooses hosts",
  },
  "hosts[].site": {
    is: "The site that monitors the host. Default: the first one of `server`.",
    example: "site: muc",
    rows: "none; its server is the other end",
  },
  "hosts[].os": {
    is: "Operating system, in upper or lower case.",
    example: "os: windows",
    rows: "Windows: the agent's internal channel, 28250 on loopback",
  },
  "hosts[].agent": {
    is: "How the Checkmk agent delivers its data, in upper or lower case. Default: `pull`, but `none` with `special_agents`, as in Checkmk.",
    example: "agent: push",
    rows: "`pull`, `legacy`: 6556; `pull`, `push`: 8000 and the registration",
  },
  "hosts[].ping": {
    is: "Whether the host answers ICMP echo.",
    example: "ping: false",
    rows: "ICMP echo from the site",
  },
  "hosts[].controls": {
    is: "Whether a decoy port may be probed on this host, instead of `controls` at the top.",
    example: "controls: false",
    rows: "none",
  },
  "hosts[].timeout": {
    is: "How long this host may take to answer, instead of `--timeout`.",
    example: "timeout: 20s",
    rows: "none; the wait is longer",
  },
  "hosts[].snmp": {
    is: "Credentials of SNMP. `2c` or `1` alone takes the community from the variable `SNMP_COMMUNITY`.",
    example: "snmp: 2c",
    rows: "161/udp from the site",
  },
  "hosts[].snmp.version": { is: "Version of SNMP.", example: "version: 2c", rows: "none" },
  "hosts[].snmp.community": {
    is: "Where the community of version 1 or 2c is stored; it is never written here.",
    example: "community: { env: SNMP_COMMUNITY }",
    rows: "none",
    needed: false,
  },
  "hosts[].snmp.community.env": {
    is: "The environment variable that holds the secret.",
    example: "env: SNMP_COMMUNITY",
    rows: "none",
    needed: false,
  },
  "hosts[].snmp.community.file": {
    is: "The file that holds the secret; a relative path begins at the topology.",
    example: "file: secrets/community",
    rows: "none",
    needed: false,
  },
  "hosts[].snmp.user": { is: "User of version 3.", example: "user: monitoring", rows: "none", needed: false },
  "hosts[].snmp.context": { is: "Context of version 3.", example: "context: vlan10", rows: "none" },
  "hosts[].snmp.auth": {
    is: "Authentication of version 3.",
    example: "auth: { protocol: sha256, password: { env: SNMP_AUTH } }",
    rows: "none",
  },
  "hosts[].snmp.auth.protocol": { is: "Hash of the authentication.", example: "protocol: sha256", rows: "none" },
  "hosts[].snmp.auth.password": {
    is: "Where its password is stored.",
    example: "password: { env: SNMP_AUTH }",
    rows: "none",
  },
  "hosts[].snmp.priv": {
    is: "Encryption of version 3; it needs `auth`.",
    example: "priv: { protocol: aes, password: { env: SNMP_PRIV } }",
    rows: "none",
  },
  "hosts[].snmp.priv.protocol": { is: "Cipher of the encryption.", example: "protocol: aes", rows: "none" },
  "hosts[].snmp.priv.password": {
    is: "Where its password is stored.",
    example: "password: { env: SNMP_PRIV }",
    rows: "none",
  },
  "hosts[].special_agents": {
    is: "Special agents of the host's rules, by the names of their rule sets; `portmatrix catalog special-agents` lists them.",
    example: "special_agents: [vsphere, { redfish: { port: 8443 } }]",
    rows: "2.1, one for each connection that it opens",
  },
  "hosts[].special_agents[]": {
    is: "A name, or a name with the settings of its rule.",
    example: "{ redfish: { port: 8443 } }",
    rows: "2.1",
  },
  "hosts[].special_agents[].*.port": {
    is: "The port that the rule sets, instead of the default of the catalog.",
    example: "{ redfish: { port: 8443 } }",
    rows: "none; it moves the port",
  },
  "hosts[].special_agents[].*.tls": {
    is: "Whether the rule switches TLS on.",
    example: "{ rabbitmq: { tls: false } }",
    rows: "none; it decides what is sent, and the port if there are two",
  },
  "hosts[].special_agents[].*.address": {
    is: "The address that the rule uses instead of the host's, or the names of a cloud service; one or a list. The name of a node is that node.",
    example: "{ jenkins: { address: ci.example.com } }",
    rows: "to these instead of the host",
  },
  "hosts[].special_agents[].*.type": {
    is: "The type, if an option of the rule decides: a database, a mail protocol, a region.",
    example: "{ sql: { type: postgres } }",
    rows: "those of this type",
  },
  "hosts[].special_agents[].*.proxy": {
    is: "Whether it goes through `outgoing.proxy`. By default cloud services and notifications over the web do.",
    example: "{ cisco_meraki: { proxy: false } }",
    rows: "to the proxy, or direct",
  },
  "hosts[].active_checks": {
    is: "Active checks of the host's rules; `portmatrix catalog active-checks` lists them.",
    example: "active_checks: [ssh, { httpv2: { port: 8443, tls: true } }]",
    rows: "2.1, one for each connection that it opens",
  },
  "hosts[].ports": {
    is: "Ports of the host that are not the standard ones.",
    example: "ports: { agent: 16556 }",
    rows: "none; it moves their port",
  },
} as const satisfies KeyTable;
