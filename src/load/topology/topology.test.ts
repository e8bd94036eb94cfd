import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { groupNames, topologyFileSchema } from "../../model/topology/topology.ts";
import { parseDocument } from "../yaml/document.ts";
import { loadTopology } from "./topology.ts";

const fixtures = fileURLToPath(new URL("../../../test/fixtures/load/", import.meta.url));
const contract = readFileSync(`${fixtures}contract.yaml`, "utf8");

async function refusal(path: string, stdin?: string): Promise<string[]> {
  const error: unknown = await loadTopology(path, stdin === undefined ? {} : { stdin }).catch(
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error.message.replaceAll(fixtures, "").split("\n");
  if (error instanceof Error) throw error;
  return [];
}

const load = async (hosts: string): Promise<string[]> => {
  const server = "server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }\nhosts:\n";
  const { topology } = await loadTopology("-", { stdin: server + hosts });
  return topology.hosts.map(({ name, address }) => `${name} ${address.join(" ")}`);
};

describe("files", () => {
  it("loads a full topology with every default filled in", async () => {
    const { topology, locate } = await loadTopology(`${fixtures}contract.yaml`);
    expect(topology.hosts.map(({ name, agent, os }) => [name, agent, os])).toEqual([
      ["web01", "pull", "linux"],
      ["sw01", "none", "linux"],
      ["esx01", "none", "linux"],
    ]);
    expect(topology.server.sites[1]).toEqual({
      name: "lab",
      ports: { agent_receiver: 8001, apache: 5001 },
      features: [],
    });
    expect(topology.requirements[1]).toEqual({ from: "hosts", to: "server", tcp: [22], expect: "blocked" });
    expect(topology.outgoing).toMatchObject({ dns: [{ address: "10.0.0.53" }], license: true });
    expect(locate(["hosts", 1, "snmp", "community"])).toMatchObject({ line: 27, column: 37 });
  });

  it("does not take an unknown end of a requirement for a DNS name", async () => {
    const without = contract.replace(/ {2}- name: esx01[\s\S]*?(?=clusters:)/, "");
    expect(await refusal("-", without)).toEqual([
      `stdin:38:25: requirements[0].to: no node or group is called "esx01"; add it under hosts: or use one of the groups ${groupNames.join(", ")}`,
    ]);
  });

  it("loads a table of hosts with ranges, several addresses and defaults", async () => {
    const { topology, locate } = await loadTopology(`${fixtures}include.yaml`);
    expect(
      topology.hosts.map(({ name, address, os, agent, ping, site }) => [
        name,
        address.join(" "),
        os,
        agent,
        ping,
        site,
      ]),
    ).toEqual([
      ["first", "10.9.9.9", "linux", "pull", true, undefined],
      ["web01", "10.0.1.1", "windows", "pull", false, "main"],
      ["web02", "10.0.1.2 2001:db8::2", "linux", "none", true, "main"],
      ["web03", "10.0.1.3 2001:db8::3", "linux", "none", true, "main"],
      ["sw01", "10.0.3.1 10.0.3.2", "linux", "none", true, "main"],
    ]);
    const csv = `${fixtures}hosts.csv`;
    expect(locate(["hosts", 3, "name"])).toEqual({ file: csv, line: 4, column: 1, path: "name" });
    expect(locate(["hosts", 4, "address", 1])).toMatchObject({ file: csv, line: 5, column: 6 });
    expect(locate(["hosts", 4, "agent"])).toMatchObject({ file: `${fixtures}include.yaml`, line: 4, column: 34 });
  });

  it.each([
    [
      "an inventory",
      "[web]\nweb01 ansible_host=10.0.0.1\n",
      "this is an INI file, such as an Ansible inventory, which a topology names: hosts: [{ ansible: FILE }]",
    ],
    [
      "a table",
      "Host;IP Address\nweb01;10.0.0.1\n",
      "this is a table; a topology names it: hosts: [{ include: FILE }]",
    ],
  ])("names %s that is given as a topology", async (_, text, message) => {
    expect(await refusal("-", text)).toEqual([`stdin:1:1: ${message}`]);
  });

  const tables = JSON.parse(readFileSync(`${fixtures}expected.json`, "utf8")) as Record<string, string[]>;
  it.each(Object.entries(tables))("%s has exactly these problems", async (file, expected) => {
    expect(await refusal(`${fixtures}${file}`)).toEqual(expected);
  });

  it("never shows what stands where a secret is named", async () => {
    expect((await refusal(`${fixtures}shape.yaml`)).join("\n")).not.toMatch(/hunter22|public|\$X/);
  });
});

it("shows as escapes what nobody sees", async () => {
  const written =
    "- { name: we\u200bb, address: 10.0.0.1\u00a0, os: \u3164linux }\n- { name: b, address: b, o\u00ads: linux }";
  const server = "server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }\nhosts:\n";
  expect(await refusal("-", server + written)).toEqual([
    String.raw`stdin:3:11: hosts[0].name: a name consists of letters, digits, '.', '_' and inner '-', got "we\u200bb"`,
    String.raw`stdin:3:26: hosts[0].address: "10.0.0.1\u00a0" is neither an IPv4 or IPv6 address nor a DNS name`,
    String.raw`stdin:3:41: hosts[0].os: "\u3164linux" is not one of linux, windows, other; did you mean "linux"?`,
    String.raw`stdin:4:26: hosts[1]["o\u00ads"]: unknown key "o\u00ads"; did you mean "os"?`,
  ]);
});

describe("ranges and networks", () => {
  it.each([
    ['- { name: "web[09-11]", address: "web[09-11].lan" }', ["web09 web09.lan", "web10 web10.lan", "web11 web11.lan"]],
    [
      '- { name: "a[1-2]", address: ["10.0.0.[8-9]", "2001:db8::[1-2]"] }',
      ["a1 10.0.0.8 2001:db8::1", "a2 10.0.0.9 2001:db8::2"],
    ],
    [
      '- { name: "r[1-2]n[1-2]", address: "10.0.[1-2].[1-2]" }',
      ["r1n1 10.0.1.1", "r1n2 10.0.1.2", "r2n1 10.0.2.1", "r2n2 10.0.2.2"],
    ],
    ["- { name: sw, network: 10.0.3.0/30 }", ["sw-10-0-3-1 10.0.3.1", "sw-10-0-3-2 10.0.3.2"]],
    ["- { name: sw, address: 10.0.3.1/32 }", ["sw 10.0.3.1"]],
    ['- { name: "sw[5-6]", network: 10.0.3.0/30 }', ["sw5 10.0.3.1", "sw6 10.0.3.2"]],
    [
      '- { name: sw, network: "2001:db8::/126" }',
      ["sw-2001-db8--1 2001:db8::1", "sw-2001-db8--2 2001:db8::2", "sw-2001-db8--3 2001:db8::3"],
    ],
    ['- { name: "sw[5-6]", address: 10.0.3.0/30 }', ["sw5 10.0.3.1", "sw6 10.0.3.2"]],
    ['- { name: "sw[5]", address: 10.0.3.1/32 }', ["sw5 10.0.3.1"]],
  ])("%s", async (hosts, expected) => expect(await load(hosts)).toEqual(expected));

  it("has 100,000 hosts at most, however they are written", async () => {
    expect(
      await load('- { name: "h[1-65534]", address: 10.0.0.0/16 }\n- { name: "i[1-34466]", address: "i[1-34466]" }'),
    ).toHaveLength(100_000);
    const server = "server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }\nhosts:\n";
    const hosts = '- { name: "h[1-65534]", address: 10.0.0.0/16 }\n- { name: "i[1-34467]", address: "i[1-34467]" }';
    expect(await refusal("-", server + hosts)).toEqual([
      "stdin:4:3: hosts[1]: more than 100,000 hosts; split the topology",
    ]);
  }, 120_000);

  it("says one thing once, though an entry stands for many hosts", async () => {
    const server = "server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }\nhosts:\n";
    expect(await refusal("-", `${server}- { name: "h[1-500]", address: "h[1-500]", site: x, os: bsd }`)).toEqual([
      'stdin:3:50: hosts[0].site: no site is called "x"; sites: main',
      'stdin:3:57: hosts[0].os: "bsd" is not one of linux, windows, other; did you mean "other"?',
    ]);
    expect(await refusal("-", `${server}- { name: "h[1-500]", address: "h[1-500]", site: x }`)).toEqual([
      'stdin:3:50: hosts[0].site: no site is called "x"; sites: main',
    ]);
  });

  it("shows 50 problems and counts the others", async () => {
    const server = "server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }\nhosts:\n";
    const lines = await refusal(
      "-",
      server + Array.from({ length: 60 }, (_, n) => `- { name: h${n}, address: h, os: x }\n`).join(""),
    );
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe("stdin: 10 more problems not shown; fix the ones above first");
  });
});

/** A change of the good file, and the only problems that it may cause. */
const faults: [string, string, string, string[]][] = [
  [
    "a node twice",
    "name: sw01",
    "name: n1",
    ['stdin:33:21: clusters[0].nodes[0].name: "n1" is already the name of a node: hosts[1] at stdin:24:5'],
  ],
  [
    "a cluster named as a node",
    "name: ha1",
    "name: cmk",
    ['stdin:32:11: clusters[0].name: "cmk" is already the name of a node: server at stdin:6:3'],
  ],
  [
    "a site twice",
    "{ name: lab,",
    "{ name: muc,",
    ['stdin:15:21: remote_sites[0].sites[0].name: "muc" is already the name of a site: server.sites[1] at stdin:10:7'],
  ],
  [
    "a host of an unknown site",
    "site: main ",
    "site: mian ",
    ['stdin:20:11: hosts[0].site: no site is called "mian"; did you mean "main"? Sites: lab, main, muc'],
  ],
  [
    "a vantage of an unknown node",
    "  web01: { exec",
    "  web02: { exec",
    ['stdin:45:3: vantages.web02: no node is called "web02"; did you mean "web01"?'],
  ],
  [
    "two sites on one port",
    "agent_receiver: 8001",
    "agent_receiver: 8000",
    [
      'stdin:10:45: server.sites[1].ports.agent_receiver: agent_receiver of the site "lab" has port 8000, which is already agent_receiver of the site "main" on "cmk"; give it its own under ports: { agent_receiver: PORT }',
    ],
  ],
  [
    "a standard port in use",
    "agent_receiver: 8001, apache: 5001",
    "agent_receiver: 8001",
    [
      'stdin:10:7: server.sites[1]: apache of the site "lab" has port 5000, which is already apache of the site "main" on "cmk"; give it its own under ports: { apache: PORT }',
    ],
  ],
  [
    "Livestatus of two sites",
    "[agent-bakery,",
    "[livestatus,",
    [
      'stdin:10:7: server.sites[1]: livestatus of the site "lab" has port 6557, which is already livestatus of the site "main" on "cmk"; give it its own under ports: { livestatus: PORT }',
    ],
  ],
  [
    "a requirement twice",
    "requirements:",
    "requirements:\n  - { from: hosts, to: cmk, tcp: [21, 22], expect: blocked }",
    ["stdin:43:37: requirements[2].tcp[0]: tcp/22 repeats requirements[0]; keep one of them"],
  ],
  [
    "a contradiction",
    "requirements:",
    "requirements:\n  - { from: hosts, to: cmk, tcp: 22 }",
    [
      'stdin:43:37: requirements[2].tcp[0]: tcp/22 is expected blocked here, but requirements[0] ("hosts" to "cmk" tcp/22) expects open; one of the two would always fail',
    ],
  ],
  [
    "a node against its group",
    "requirements:",
    "requirements:\n  - { from: web01, to: cmk, tcp: 22 }",
    [
      'stdin:41:34: requirements[0].tcp[0]: tcp/22 is expected open here, but requirements[2] ("hosts" to "server" tcp/22) expects blocked; one of the two would always fail',
    ],
  ],
  [
    "an address twice",
    "10.0.3.7",
    "[10.0.3.7, 10.0.3.7]",
    ['stdin:25:25: hosts[1].address[1]: the address "10.0.3.7" stands here twice'],
  ],
  [
    "privacy without authentication",
    "{ version: 2c, community: { env: SNMP_COMMUNITY } }",
    "{ version: 3, user: u, priv: { protocol: aes, password: { env: P } } }",
    [
      "stdin:27:34: hosts[1].snmp.priv: privacy needs authentication (RFC 3414 has no level noAuthPriv); add auth: or remove priv:",
    ],
  ],
  [
    "a cluster as an end",
    "to: esx01",
    "to: ha1",
    ['stdin:41:25: requirements[0].to: "ha1" is a cluster; name one of its nodes: n1, n2'],
  ],
  [
    "a proxy with a login",
    "license: true",
    'proxy: "http://user:word@proxy:3128"',
    ["stdin:39:10: outgoing.proxy: expected http://HOST:PORT, without a login, or { address, port }"],
  ],
  [
    "a requirement of a group without nodes",
    "requirements:",
    "requirements:\n  - { from: relays, to: cmk, tcp: 443 }",
    ["stdin:41:5: requirements[0]: this checks nothing: the topology has no relays"],
  ],
  [
    "a requirement of a group to the only node in it",
    "requirements:",
    "requirements:\n  - { from: remote_sites, to: muc, tcp: 443 }",
    [
      "stdin:41:5: requirements[0]: this checks nothing: muc is alone in remote_sites; for itself write from: muc, to: muc",
    ],
  ],
  [
    "a loopback that leaves its node",
    "requirements:",
    "requirements:\n  - { from: hosts, to: cmk, tcp: 443, scope: loopback }",
    ["stdin:41:46: requirements[0].scope: loopback is from a node to itself; write from: hosts, to: hosts"],
  ],
  [
    "a time without a unit",
    "ping: true",
    'timeout: "20"',
    ['stdin:23:14: hosts[0].timeout: "20" is not a duration between 1ms and 10m, such as 300ms, 3s or 1m'],
  ],
  ["an unknown key", "ping: true", "pin: true", ['stdin:23:5: hosts[0].pin: unknown key "pin"; did you mean "ping"?']],
  [
    "an empty value",
    "port: 587",
    "port:",
    ["stdin:37:39: outgoing.smtp[0].port: expected a number, got nothing; fill it in or leave the key out"],
  ],
];

it("a host, a table of hosts and a requirement may say how long an answer may take", async () => {
  const stdin = `server: { name: cmk, address: 10.0.0.5, sites: [{ name: main }] }
hosts:
  - { name: "slow[1-2]", address: "10.0.3.[1-2]", timeout: 1m }
  - { name: "usual", address: "10.0.3.9" }
requirements: [{ from: server, to: usual, tcp: 1521, timeout: 1500ms }]`;
  const { topology } = await loadTopology("-", { stdin });
  expect(topology.hosts.map(({ timeout }) => timeout)).toEqual([60_000, 60_000, undefined]);
  expect(topology.requirements[0]?.timeout).toBe(1_500);
});

describe("one fault in the good file", () => {
  it.each(faults)("%s", async (_, from, to, expected) => {
    expect(contract).toContain(from);
    expect(await refusal("-", contract.replace(from, to))).toEqual(expected);
  });

  it("the good file itself has none, as written and as expanded", async () => {
    expect(await refusal("-", contract)).toEqual([]);
    expect(topologyFileSchema.safeParse(parseDocument(contract, "f").value).success).toBe(true);
  });

  it("the file schema takes ranges and includes, which the schema of the model refuses", () => {
    for (const name of ["include.yaml", "include-bad.yaml"]) {
      const { value } = parseDocument(readFileSync(`${fixtures}${name}`, "utf8"), name);
      expect(topologyFileSchema.safeParse(value).success).toBe(name === "include.yaml");
    }
  });

  it("SNMP version 3 may be a number or text", async () => {
    for (const version of ["3", '"3"']) {
      const text = contract.replace("version: 2c, community: { env: SNMP_COMMUNITY }", `version: ${version}, user: u`);
      const { topology } = await loadTopology("-", { stdin: text });
      expect(topology.hosts[1]?.snmp).toEqual({ version: "3", user: "u" });
    }
  });
});

describe("anything else", () => {
  it("throws nothing but InputError, however the good file is damaged", async () => {
    const piece = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."[]{}:-,#&*!'\"\n\t 019aZ/"), maxLength: 8 }),
      fc.constantFrom(
        "null",
        "- ",
        ": ",
        "[1-9]",
        "10.0.0.0/8",
        "&a ",
        "*a",
        "include: hosts.csv",
        "__proto__",
        "constructor",
      ),
    );
    const edits = fc.array(fc.tuple(fc.nat(contract.length), fc.nat(12), piece), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        let text = contract;
        for (const [at, cut, put] of changes) text = text.slice(0, at) + put + text.slice(at + cut);
        for (const line of await refusal("-", text)) expect(line).toMatch(/^\S+?(?::\d+:\d+)?: ./);
      }),
      { numRuns: 400 },
    );
  });
});
