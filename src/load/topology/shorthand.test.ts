import { describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { pluginListSchema, rosterOf } from "../../model/plugin/plugin.ts";
import { topologyFileSchema } from "../../model/topology/topology.ts";
import { parseDocument } from "../yaml/document.ts";
import { loadTopology } from "./topology.ts";

const server = "server: { name: cmk, address: 10.0.0.5, sites: [main] }";

async function refusal(stdin: string, options: Parameters<typeof loadTopology>[1] = {}): Promise<string[]> {
  const error: unknown = await loadTopology("-", { stdin, ...options }).catch((reason: unknown) => reason);
  if (error instanceof InputError) return error.message.split("\n");
  if (error instanceof Error) throw error;
  return [];
}
const isInSchema = (text: string): boolean => topologyFileSchema.safeParse(parseDocument(text, "t").value).success;

describe("shorthand", () => {
  const text = `${server}
hosts:
  - { name: web01, address: 10.0.0.7, os: Windows, agent: PUSH, snmp: 2c }
  - { name: web02, address: 10.0.0.8, snmp: 1 }`;

  it("is written out, and is in the schema", async () => {
    const { topology } = await loadTopology("-", { stdin: text });
    expect(topology.server.sites).toEqual([{ name: "main", ports: {}, features: [] }]);
    const community = { env: "SNMP_COMMUNITY" };
    expect(topology.hosts.map(({ os, agent, snmp }) => [os, agent, snmp])).toEqual([
      ["windows", "push", { version: "2c", community }],
      ["linux", "pull", { version: "1", community }],
    ]);
    expect(isInSchema(text)).toBe(true);
  });

  it("names of sites are known to hosts", async () => {
    expect(await refusal(`${server}\nhosts: [{ name: web01, address: 10.0.0.7, site: mian }]`)).toEqual([
      'stdin:2:49: hosts[0].site: no site is called "mian"; did you mean "main"? Sites: main',
    ]);
  });

  const unnamed = "server: { name: cmk, address: 10.0.0.5 }";

  it("the site may be left out before anything is installed, and then only", async () => {
    const { topology } = await loadTopology("-", { stdin: `stage: preinstall\n${unnamed}` });
    expect(topology.server.sites.map(({ name }) => name)).toEqual(["cmk"]);
    expect(isInSchema(`stage: preinstall\n${unnamed}`)).toBe(true);
    const asked = await loadTopology("-", { stdin: unnamed, stage: "preinstall" });
    expect(asked.topology.server.sites.map(({ name }) => name)).toEqual(["cmk"]);
    expect(await refusal(unnamed)).toEqual(['stdin:1:9: server: the key "sites" is missing; write sites: [main]']);
  });

  it("a host with special agents has no agent unless it says so", async () => {
    const stdin = `${server}
hosts:
  - { name: esx01, address: 10.0.0.7, special_agents: [vsphere] }
  - { name: esx02, address: 10.0.0.8, special_agents: [vsphere], agent: pull }
  - { name: web01, address: 10.0.0.9, active_checks: [ssh], special_agents: [] }`;
    const { topology } = await loadTopology("-", { stdin });
    expect(topology.hosts.map(({ agent }) => agent)).toEqual(["none", "pull", "pull"]);
  });
});

describe("errors end with the line to write", () => {
  it.each<[string, string]>([
    [
      "server: cmk",
      'server: expected { key: value }, got "cmk"; write server: { name: cmk, address: 10.0.0.5, sites: [main] }',
    ],
    [
      "server: { name: cmk, address: 10.0.0.5, sites: main }",
      'server.sites: expected a list, got "main"; write sites: [main]',
    ],
    [
      'server: { name: cmk, address: "10.0.0.5:443", sites: [main] }',
      'server.address: "10.0.0.5:443" has a port in it; write address: 10.0.0.5, ports: { https: 443 }',
    ],
    [
      'server: { name: cmk, address: "cmk:8001", sites: [main] }',
      'server.address: "cmk:8001" has a port in it; write address: cmk, sites: [{ name: SITE, ports: { agent_receiver: 8001 } }]',
    ],
    [
      `${server}\nhosts: [{ name: web01, address: "web01:6556" }]`,
      'hosts[0].address: "web01:6556" has a port in it; write address: web01, ports: { agent: 6556 }',
    ],
    [
      `${server}\nhosts: [{ name: web01, address: "[2001:db8::5]:161" }]`,
      'hosts[0].address: "[2001:db8::5]:161" has a port in it; write address: "2001:db8::5", ports: { snmp: 161 }',
    ],
    [
      `${server}\noutgoing: { smtp: ["mail:587"] }`,
      'outgoing.smtp[0]: "mail:587" has a port in it; write { address: mail, port: 587 }',
    ],
    [
      `${server}\nhosts: [{ name: a, address: b, active_checks: [{ smtp: { address: "mx:25" } }] }]`,
      'hosts[0].active_checks[0].smtp.address: "mx:25" has a port in it; write address: mx, port: 25',
    ],
    [
      `${server}\nclusters: [{ name: c, nodes: [{ name: a, address: "a:1" }, { name: b, address: b }] }]`,
      'clusters[0].nodes[0].address: "a:1" has a port in it; write address: a, and its port under ports: of the cluster',
    ],
    [
      `${server}\nrelays: [{ name: a, address: "a:1" }]`,
      'relays[0].address: "a:1" has a port in it; write address: a; nobody connects to a relay, so it has no port',
    ],
    [
      `${server}\nhosts: [{ name: a, address: "https://user:word@web01.example.com/x" }]`,
      "hosts[0].address: a web address stands here; write web01.example.com alone",
    ],
    [
      `${server}\nhosts: [{ name: a, address: b, snmp: 3 }]`,
      "hosts[0].snmp: version 3 needs a user: snmp: { version: 3, user: NAME }",
    ],
    [
      `${server}\nhosts: [{ name: a, address: b, snmp: public }]`,
      "hosts[0].snmp: expected 1, 2c or { version, community: { env: NAME } }, got a value that is not shown here; write snmp: 2c",
    ],
    [
      `${server}\nhosts: [{ name: a, address: b, os: Windoos }]`,
      'hosts[0].os: "Windoos" is not one of linux, windows, other; did you mean "windows"?',
    ],
    [
      `${server}\nhosts: [{ name: a, address: b, agent: true }]`,
      "hosts[0].agent: true is not one of pull, legacy, push, none",
    ],
  ])("%s", async (text, expected) => {
    expect((await refusal(text)).map((line) => line.replace(/^stdin:\d+:\d+: /, ""))).toEqual([expected]);
  });

  it("tells everything at once, also beside an address that stands for no host", async () => {
    const stdin = `${server}\nhosts:\n  - { name: web01, address: 10.0.2.1/24, os: Windoos, agent: tls, site: main, pign: true }`;
    expect(await refusal(stdin)).toEqual([
      'stdin:3:29: hosts[0].address: "10.0.2.1/24" is not the address of a host: for one host write 10.0.2.1',
      'stdin:3:46: hosts[0].os: "Windoos" is not one of linux, windows, other; did you mean "windows"?',
      'stdin:3:62: hosts[0].agent: "tls" is not one of pull, legacy, push, none; did you mean "pull"?',
      'stdin:3:79: hosts[0].pign: unknown key "pign"; did you mean "ping"?',
    ]);
  });
});

describe("plug-ins", () => {
  const plugin = (name: string, rest: object) => ({
    name,
    title: name,
    versions: "all",
    sure: "code",
    source: "test",
    url: "https://example.com",
    ...rest,
  });
  const connection = { protocol: "tcp", port: 443, target: "host" };
  const list = (kind: string, plugins: object[]) =>
    pluginListSchema.parse({ kind, title: kind, url: "https://example.com", source: "test", plugins });
  const roster = rosterOf([
    list("special-agents", [
      plugin("vsphere", { connections: [connection] }),
      plugin("jenkins", { connections: [{ ...connection, target: "rule" }] }),
      plugin("aws", { connections: [{ ...connection, target: "cloud" }] }),
    ]),
    list("active-checks", [
      plugin("ssh", { connections: [connection] }),
      plugin("icmp", { connections: [{ protocol: "icmp", target: "host" }] }),
      plugin("tcp", { connections: [{ protocol: "tcp", target: "host" }] }),
      plugin("sql", { types: { postgres: [connection], mysql: [connection] } }),
    ]),
    list("notifications", [plugin("slack", { connections: [connection] })]),
  ]);
  const rosterFor = async () => roster;

  it.each<[string, string, string]>([
    [
      "special_agents: [vshpere]",
      "1:18 special_agents[0]",
      'no special agent is called "vshpere"; did you mean "vsphere"?',
    ],
    [
      "special_agents: [ssh]",
      "1:18 special_agents[0]",
      'no special agent is called "ssh"; it stands under active_checks:',
    ],
    [
      "special_agents: [foo]",
      "1:18 special_agents[0]",
      'no special agent is called "foo"; `portmatrix catalog special-agents` lists them',
    ],
    [
      "special_agents: [jenkins]",
      "1:18 special_agents[0]",
      "jenkins asks whom its rule names; write { jenkins: { address: HOST } }",
    ],
    [
      "special_agents: [aws]",
      "1:18 special_agents[0]",
      "aws: name the servers that it asks: { aws: { address: [HOST, HOST] } }",
    ],
    ["special_agents: [vsphere, vsphere]", "1:27 special_agents[1]", "vsphere stands here twice; keep one of them"],
    ["active_checks: [tcp]", "1:17 active_checks[0]", "tcp has no port of its own; write { tcp: { port: PORT } }"],
    [
      "active_checks: [sql]",
      "1:17 active_checks[0]",
      "say which type of sql: { sql: { type: postgres } }; types: postgres, mysql",
    ],
    [
      "active_checks: [{ sql: { type: mysq } }]",
      "1:32 active_checks[0].sql.type",
      'sql has no type "mysq"; types: postgres, mysql; did you mean "mysql"?',
    ],
    ["active_checks: [{ ssh: { type: x } }]", "1:32 active_checks[0].ssh.type", "ssh has no types; leave type: out"],
    ["active_checks: [{ icmp: { port: 7 } }]", "1:33 active_checks[0].icmp.port", "icmp has no port"],
    [
      "active_checks: [{ ssh: { prot: 22 } }]",
      "1:26 active_checks[0].ssh.prot",
      'unknown key "prot"; did you mean "port"?',
    ],
    [
      "active_checks: [{ ssh: {}, tcp: {} }]",
      "1:17 active_checks[0]",
      "expected one name: { NAME: { port, tls, address, type, proxy } }",
    ],
  ])("%s", async (written, place, message) => {
    const start = `hosts: [{ name: h, address: 10.0.0.9, `;
    const [line] = await refusal(`${start}${written} }]\n${server}`, { rosterOf: rosterFor });
    const [at = "", path = ""] = place.split(" ");
    const column = Number(at.split(":")[1]) + start.length;
    expect(line).toBe(`stdin:1:${column}: hosts[0].${path}: ${message}`);
  });

  it("finds them in all places, beside other mistakes", async () => {
    const stdin = `server: { name: cmk, address: 10.0.0.5, sites: [main], outgoing: { notifications: [slakc] } }
outgoing: { notifications: [{ slack: {} }], exports: [graphite] }
remote_sites: [{ name: muc, address: 300.1.1.1, sites: [muc], outgoing: { notifications: [slac] } }]`;
    expect(await refusal(stdin, { rosterOf: rosterFor })).toEqual([
      'stdin:1:84: server.outgoing.notifications[0]: no notification method is called "slakc"; did you mean "slack"?',
      'stdin:2:55: outgoing.exports[0]: no export is called "graphite"; `portmatrix catalog exports` lists them',
      'stdin:3:38: remote_sites[0].address: "300.1.1.1" is no IPv4 address: its numbers end at 255',
      'stdin:3:91: remote_sites[0].outgoing.notifications[0]: no notification method is called "slac"; did you mean "slack"?',
    ]);
  });

  it("a topology in one line of JSON is no table, though names of checks are also words for columns", async () => {
    const hosts = [{ name: "h", address: "10.0.0.9", active_checks: ["dns", "icmp", "ssh"] }];
    const stdin = JSON.stringify({ server: { name: "cmk", address: "10.0.0.5", sites: ["main"] }, hosts });
    const { topology } = await loadTopology("-", { stdin });
    expect(topology.hosts[0]?.active_checks).toHaveLength(3);
  });

  it("a topology without plug-ins asks for no roster", async () => {
    const rosterOfNothing = () => Promise.reject(new Error("asked"));
    expect((await loadTopology("-", { stdin: server, rosterOf: rosterOfNothing })).roster).toBeUndefined();
  });
});
