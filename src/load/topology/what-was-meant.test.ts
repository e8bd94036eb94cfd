import { describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { listCatalogs, loadCatalog } from "../catalog.ts";
import { loadTopology } from "./topology.ts";
import { lineWithPort } from "./where-ports-go.ts";

const server = "server: { name: cmk, address: 10.0.0.5, sites: [main] }";

/** What is said of a topology, without file, line and column. */
async function refusal(stdin: string): Promise<string[]> {
  const error: unknown = await loadTopology("-", { stdin }).catch((reason: unknown) => reason);
  if (error instanceof InputError) return error.message.split("\n").map((line) => line.replace(/^\S+ /, ""));
  if (error instanceof Error) throw error;
  return [];
}

describe("an address with a port in it names the key that takes the port", () => {
  const catalogs = `${import.meta.dirname}/../../../catalog`;

  it("for every port that the catalogs know", async () => {
    const all = await Promise.all((await listCatalogs(catalogs)).map((id) => loadCatalog(id, catalogs)));
    const rows = all.flatMap(({ sections }) => sections.flatMap(({ requirements }) => requirements));
    let seen = 0;
    for (const { port, port_override } of rows) {
      if (port_override === undefined || typeof port !== "number" || port === 514) continue;
      const { scope, name } = port_override;
      if (scope === "cluster") continue;
      const line = lineWithPort(
        [scope === "host" ? "hosts" : "server", ...(scope === "host" ? [0] : []), "address"],
        "a",
        port,
      );
      expect([name, line]).toEqual([name, expect.stringContaining(`ports: { ${name}: ${port} }`)]);
      seen++;
    }
    expect(seen).toBeGreaterThan(50);
  });

  it.each<[string, string]>([
    [
      "10.0.0.1:6556",
      "address: 10.0.0.1; 6556 is a port of a host: hosts: [{ name: NAME, address: ADDRESS, ports: { agent: 6556 } }]",
    ],
    [
      "10.0.0.1:161",
      "address: 10.0.0.1; 161 is a port of a host: hosts: [{ name: NAME, address: ADDRESS, ports: { snmp: 161 } }]",
    ],
    ["10.0.0.1:514", "address: 10.0.0.1; 514 is the standard port of features: [syslog-udp] and [syslog-tcp]"],
    ["10.0.0.1:8443", "address: 10.0.0.1, ports: { https: 8443 }"],
    ["10.0.0.1:8080", "address: 10.0.0.1, ports: { http: 8080 }"],
    ["10.0.0.1:8003", "address: 10.0.0.1, sites: [{ name: SITE, ports: { agent_receiver: 8003 } }]"],
    ["10.0.0.1:1234", "address: 10.0.0.1, and the port under the key of its service, e.g. ports: { https: 1234 }"],
  ])("server %s", async (address, line) => {
    expect(await refusal(`server: { name: cmk, address: "${address}", sites: [main] }`)).toEqual([
      `server.address: "${address}" has a port in it; write ${line}`,
    ]);
  });

  it.each<[string, string]>([
    ["web01:16556", "address: web01, ports: { agent: 16556 }"],
    ["web01:443", "address: web01, and a requirement: requirements: [{ from: server, to: NAME, tcp: 443 }]"],
  ])("host %s", async (address, line) => {
    expect(await refusal(`${server}\nhosts: [{ name: a, address: "${address}" }]`)).toEqual([
      `hosts[0].address: "${address}" has a port in it; write ${line}`,
    ]);
  });
});

describe("a misspelt key is one mistake", () => {
  it.each<[string, string[]]>([
    [
      "server: { name: cmk, adress: 10.0.0.5, sites: [main] }",
      ['server.adress: unknown key "adress"; did you mean "address"?'],
    ],
    [`${server}\nhosts: [{ nmae: a, address: b }]`, ['hosts[0].nmae: unknown key "nmae"; did you mean "name"?']],
    [
      `${server}\nhosts: [{ name: a, address: b, snmp: { versoin: 2c, community: { env: X } } }]`,
      ['hosts[0].snmp.versoin: unknown key "versoin"; did you mean "version"?'],
    ],
    [
      `${server}\nhosts: [{ name: a, address: b, snmp: { version: 2c, comunity: { env: X } } }]`,
      ['hosts[0].snmp.comunity: unknown key "comunity"; did you mean "community"?'],
    ],
    [
      `sever: { name: cmk, address: 10.0.0.5, sites: [main] }\nhosts: []`,
      ['sever: unknown key "sever"; did you mean "server"?'],
    ],
    [
      `${server}\nrequirements: [{ form: cmk, to: cmk, tcp: 1 }]`,
      ['requirements[0].form: unknown key "form"; did you mean "from"?'],
    ],
    [
      `${server}\nclusters: [{ nmae: c, nodes: [{ name: a, adress: b }, { name: c2, address: d }] }]`,
      [
        'clusters[0].nmae: unknown key "nmae"; did you mean "name"?',
        'clusters[0].nodes[0].adress: unknown key "adress"; did you mean "address"?',
      ],
    ],
    [`${server}\nhosts: [{ name:a, address: b }]`, ['hosts[0]["name:a"]: a blank is missing after "name:"']],
    [`${server}\nhosts:\n  -name: a\n`, ['hosts: expected a list, got a map; a blank is missing after each "-"']],
    [
      `${server}\nhosts: [{ name: a, color: red }]`,
      [
        'hosts[0]: the key "address" is missing; write address: web01.example.com',
        expect.stringContaining('hosts[0].color: unknown key "color"; known here: ') as unknown as string,
      ],
    ],
  ])("%s", async (text, lines) => expect(await refusal(text)).toEqual(lines));
});

describe("a word that is none of those of its place", () => {
  const ofHost = (rest: string): string => `${server}\nhosts: [{ name: a, address: b, ${rest} }]`;
  const ofRule = (rest: string): string => `${server}\nrequirements: [{ from: cmk, to: cmk, ${rest} }]`;
  const v3 = (rest: string): string =>
    ofHost(`snmp: { version: 3, user: u, ${rest.replace("}", ", password: { env: X } }")} }`);
  it.each<[string, string]>([
    [ofHost("agent: tsl"), "pull"],
    [ofHost("agent: TLS"), "pull"],
    [ofHost("agent: lagacy"), "legacy"],
    [ofHost("agent: no"), "none"],
    [ofHost("agent: false"), "none"],
    [ofHost("os: windwos"), "windows"],
    [ofHost("os: Ubuntu"), "linux"],
    [ofHost("os: macos"), "other"],
    [ofHost("snmp: { version: 2, community: { env: X } }"), "2c"],
    [ofHost("snmp: { version: 2v, community: { env: X } }"), "2c"],
    [v3("auth: { protocol: sha-256 }"), "sha256"],
    [v3("auth: { protocol: sha1 }"), "sha"],
    [v3("priv: { protocol: aes265b }"), "aes256b"],
    [`stage: preinstal\n${server}`, "preinstall"],
    [`stage: production\n${server}`, "live"],
    [`catalog: chekmk\n${server}`, ""], // what catalogs there are is known later
    [`accept: unverifable\n${server}`, "unverifiable"],
    [server.replace("sites:", "features: [sylog-udp], sites:"), "syslog-udp"],
    [server.replace("[main]", "[{ name: main, features: [live-status] }]"), "livestatus"],
    [ofRule("tcp: 1, expect: blocekd"), "blocked"],
    [ofRule("tcp: 1, expect: closed"), "blocked"],
    [ofRule("tcp: 1, service: htps"), "https"],
    [ofRule("tcp: 1, scope: looback"), "loopback"],
    [ofRule("udp: 1, accept: unverifable"), "unverifiable"],
    [`${server}\nvantages: { cmk: locl }`, "local"],
    [`${server}\nvantages: { cmk: localhost }`, "local"],
    [`${server}\nvantages: { cmk: { exec: [ssh, x], worker: pyhton } }`, "python"],
    [`${server}\nvantages: { cmk: { local: pyton } }`, "python"],
    [`${server}\nvantages: { cmk: { exec: [ssh, x], shell: powershel } }`, "powershell"],
  ])("%s", async (text, word) => {
    const lines = await refusal(text);
    if (word === "") expect(lines).toEqual([]);
    else expect(lines).toEqual([expect.stringMatching(new RegExp(`; did you mean "${word}"\\?$`))]);
  });

  it("no guess where nothing is near, and none that tells of a secret", async () => {
    expect(await refusal(ofHost("os: plan9"))).toEqual(['hosts[0].os: "plan9" is not one of linux, windows, other']);
    expect((await refusal(ofHost("snmp: v2c"))).join()).not.toContain("v2c");
  });
});
