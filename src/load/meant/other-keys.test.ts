import { describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { topologyFileSchema } from "../../model/topology/topology.ts";
import { knownKeys } from "../yaml/known-keys.ts";
import { otherKeyAt, otherKeyPlaces } from "./other-keys.ts";
import { loadTopology } from "../topology/topology.ts";

const server = "server: { name: cmk, address: 10.0.0.5, sites: [main] }";
const hosts = "hosts: [{ name: web01, address: 10.0.2.1 }]";
const both = `${server}\n${hosts}`;

/** What is said of a topology, without file, line and column. */
async function refusal(stdin: string): Promise<string[]> {
  const error: unknown = await loadTopology("-", { stdin }).catch((reason: unknown) => reason);
  if (error instanceof InputError) return error.message.split("\n").map((line) => line.replace(/^\S+ /, ""));
  if (error instanceof Error) throw error;
  return [];
}

describe("the table", () => {
  it.each(otherKeyPlaces.flatMap(({ path, words }) => words.map((word) => [word, path] as const)))(
    "%s at %j is no key there, and means one that is",
    (word, path) => {
      const known = knownKeys(topologyFileSchema, path);
      expect(known.length).toBeGreaterThan(0);
      expect(known).not.toContain(word);
      const meant = otherKeyAt(path, word, { [word]: 1 });
      expect(meant?.end).toMatch(/^; /);
      expect(known).toEqual(expect.arrayContaining([...(meant?.means ?? ["?"])]));
    },
  );
});

describe("one mistake, one line that says what to write", () => {
  const of = (entry: string): string => `${both}\nrequirements: [{ ${entry} }]`;
  it.each<[string, string[]]>([
    ["from: web01, to: cmk, port: 443", ["port|write tcp: 443 or udp: 443"]],
    ["from: web01, to: cmk, port: 443, protocol: tcp", ["port|write tcp: 443"]],
    ["from: web01, to: cmk, proto: UDP, port: [53, 123]", ["proto|write udp: [53, 123]"]],
    ["from: web01, to: cmk, ports: 443/tcp", ["ports|write tcp: 443"]],
    ["from: web01, to: cmk, ports: '80, 443'", ["ports|write tcp: [80, 443] or udp: [80, 443]"]],
    ["from: web01, to: cmk, port: 443, service: https", ["port|write tcp: 443"]],
    ["from: web01, to: cmk, port: high", ["port|write tcp: PORT or udp: PORT"]],
    ["from: web01, to: cmk, proto: icmp", ["proto|write icmp: true"]],
    ["from: web01, to: cmk, ping: true", ["ping|write icmp: true"]],
    ["from: web01, to: cmk, tpc: 443", ['tpc|did you mean "tcp"?']],
    ["source: web01, target: cmk, tcp: 1", ['source|did you mean "from"?', 'target|did you mean "to"?']],
    ["from: web01, to: cmk, tcp: 1, blocked: true", ["blocked|write expect: blocked"]],
    ["from: web01, to: cmk, tcp: 1, description: x", ['description|did you mean "why"?']],
  ])("%s", async (entry, lines) => {
    const whole = lines
      .map((line) => line.split("|"))
      .map(([key, end]) => `requirements[0].${key}: unknown key "${key}"; ${end}`);
    expect(await refusal(of(entry))).toEqual(whole);
  });

  it("twins: without a port something is missing, and with it nothing is", async () => {
    expect(await refusal(of("from: web01, to: cmk"))).toEqual([
      "requirements[0]: say what must be reachable: tcp: PORT, udp: PORT or icmp: true",
    ]);
    expect(await refusal(of("from: web01, to: cmk, tcp: 443"))).toEqual([]);
  });

  it.each<[string, string]>([
    ["tcp: 8443/tcp", 'tcp: expected a port or a list of ports, got "8443/tcp"; write tcp: 8443'],
    [
      "udp: 8000-8010",
      'udp: expected a port or a list of ports, got "8000-8010"; write udp: [8000, 8001, ...] with every port on its own',
    ],
    ["tcp: http", 'tcp: expected a port or a list of ports, got "http"; write tcp: 443'],
  ])("a port in other words: %s", async (port, line) => {
    expect(await refusal(of(`from: web01, to: cmk, ${port}`))).toEqual([`requirements[0].${line}`]);
  });

  it("several names at one end", async () => {
    expect(await refusal(of("from: [web01, web02], to: cmk, tcp: 1"))).toEqual([
      "requirements[0].from: expected text, got a list of 2; write from: web01, and an entry of its own for each further name",
    ]);
  });

  it.each<[string, string[]]>([
    [
      "server: { hostname: cmk, ip: 10.0.0.5, site: main }",
      [
        'server.hostname: unknown key "hostname"; did you mean "name"?',
        'server.ip: unknown key "ip"; did you mean "address"?',
        'server.site: unknown key "site"; write sites: [main]',
      ],
    ],
    [
      "master: { name: cmk, address: 10.0.0.5, sites: [main] }\nremotes: []",
      [
        'master: unknown key "master"; did you mean "server"?',
        'remotes: unknown key "remotes"; did you mean "remote_sites"?',
      ],
    ],
    [
      `${server}\nhosts: [{ host: a, hostname: a.example.com, port: 16556, tags: [x] }]`,
      [
        'hosts[0].host: unknown key "host"; did you mean "name"?',
        'hosts[0].hostname: unknown key "hostname"; did you mean "address"?',
        'hosts[0].port: unknown key "port"; write ports: { agent: 16556 }',
        'hosts[0].tags: unknown key "tags"; nothing here needs it: leave it out',
      ],
    ],
    [
      `${server}\nhosts: [{ name: a, hostname: a.example.com }]`,
      ['hosts[0].hostname: unknown key "hostname"; did you mean "address"?'],
    ],
  ])("%s", async (text, lines) => expect(await refusal(text)).toEqual(lines));

  it("what refers to a node by its name is understood, and a wrong name still found", async () => {
    const text = `server: { host: cmk, ip: 10.0.0.5, sites: [main] }\nhosts: [{ host: web01, ip: 10.0.2.1 }]`;
    const lines = await refusal(
      `${text}\nrequirements: [{ src: web01, dst: cmk, tcp: 1 }, { src: web01, dst: web02, tcp: 1 }]`,
    );
    expect(lines.filter((line) => !line.includes("unknown key"))).toEqual([
      'requirements[1].to: no node or group is called "web02"; did you mean "web01"?',
    ]);
    // Under another word nothing is written out.
    const nodes = `${server}\nnodes: [{ name: "w[1-9]", address: "10.0.0.[1-9]" }]\nrequirements: [{ from: w5, to: cmk, tcp: 1 }]`;
    expect(await refusal(nodes)).toEqual(['nodes: unknown key "nodes"; did you mean "hosts"?']);
  });

  it("nothing of credentials, and nothing of a file of another kind, is repeated", async () => {
    const snmp = "snmp: { version: 3, username: admin, auth_password: geheim }";
    const lines = await refusal(`${server}\nhosts: [{ name: a, address: b, ${snmp} }]`);
    expect(lines).toEqual([
      'hosts[0].snmp: unknown key, which is not shown here; did you mean "user"?',
      "hosts[0].snmp: unknown key, which is not shown here; write auth: { protocol: sha, password: { env: NAME } }",
    ]);
    expect((await refusal(`${server}\nhosts: [{ name: a, address: b, community: geheim }]`)).join()).not.toContain(
      "geheim",
    );
    expect((await refusal("version: 3\nservices: {}")).join()).not.toMatch(/version|services/);
  });
});

describe("hosts in another form: the line to write has their own names", () => {
  it.each<[string, string]>([
    [
      "{ web02: { address: 10.0.2.2 } }",
      "hosts: expected a list, got a map; write hosts: [{ name: web02, address: 10.0.2.2 }]",
    ],
    ["{ web02: 'fd00::2' }", 'hosts: expected a list, got a map; write hosts: [{ name: web02, address: "fd00::2" }]'],
    [
      "{ name: web02, address: 10.0.2.2 }",
      "hosts: expected a list, got a map; write hosts: [{ name: web02, address: 10.0.2.2 }]",
    ],
    ["web02", 'hosts: expected a list, got "web02"; write hosts: [{ name: web02, address: ADDRESS }]'],
    ["[10.0.2.2]", 'hosts[0]: expected { key: value }, got "10.0.2.2"; write { name: NAME, address: 10.0.2.2 }'],
    ["{ 'a b': 1 }", "hosts: expected a list, got a map; write hosts: [{ name: web01, address: web01.example.com }]"],
  ])("hosts: %s", async (written, line) => expect(await refusal(`${server}\nhosts: ${written}`)).toEqual([line]));
});
