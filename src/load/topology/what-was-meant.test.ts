import { describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { listCatalogs, loadCatalog } from "../catalog.ts";
import { loadTopology } from "./topology.ts";
import { lineWithPort } from "../meant/where-ports-go.ts";

const server = "server: { name: cmk, address: 10.0.0.5, sites: [main] }";

/** What is said of a topology, without file, line and column. */
async function refusal(stdin: string): Promise<string[]> {
  const error: unknown = await loadTopology("-", { stdin }).catch((reason: unknown) => reason);
  if (error instanceof InputError) return error.message.split("\n").map((line) => line.replace(/^\S+ /, ""));
  if (error instanceof Error) throw error;
  return [];
}

it("a run record is told for what it is, in one line; a topology with an unknown key is not", async () => {
  const record = { format: 1, tool: { name: "portmatrix" }, summary: {}, results: [] };
  expect(await refusal(JSON.stringify(record))).toEqual([
    "this is a run record of check, not a topology; `portmatrix report` shows it, and `request --failing` takes it",
  ]);
  expect(await refusal(`${server}\nresults: []`)).toEqual([expect.stringContaining('unknown key "results"')]);
});

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

describe("what refers to something under a misspelt key is no second mistake", () => {
  const whole = [
    "server: { name: cmk, address: 10.0.0.5, sites: [main] }",
    "remote_sites: [{ name: far, address: 10.0.1.5, sites: [{ name: muc }] }]",
    "hosts: [{ name: web01, address: 10.0.0.2, site: muc }, { name: web02, address: 10.0.0.3 }]",
    "clusters: [{ name: rack, nodes: [{ name: n1, address: 10.0.2.1 }, { name: n2, address: 10.0.2.2 }] }]",
    "relays: [{ name: hop, address: 10.0.3.1, site: muc }]",
    "requirements: [{ from: web01, to: far, tcp: 443 }, { from: n1, to: hop, tcp: 22 }, { from: cmk, to: web02, tcp: 9 }]",
    "vantages: { web01: { ssh: { user: root } }, web*: { ssh: {} }, far: { ssh: {} }, n2: { ssh: {} } }",
  ].join("\n");
  const wrongName = 'requirements[2].to: no node or group is called "web03"';

  it("twin: as it stands nothing is wrong, and a wrong name is", async () => {
    expect(await refusal(whole)).toEqual([]);
    expect(await refusal(whole.replace("to: web02", "to: web03"))).toEqual([expect.stringContaining(wrongName)]);
  });

  it.each<[string, string, string]>([
    ["server:", "srver:", 'srver: unknown key "srver"; did you mean "server"?'],
    ["name: cmk", "nmae: cmk", 'server.nmae: unknown key "nmae"; did you mean "name"?'],
    ["remote_sites:", "remote_site:", 'remote_site: unknown key "remote_site"; did you mean "remote_sites"?'],
    ["sites: [{ name: muc", "sties: [{ name: muc", 'remote_sites[0].sties: unknown key "sties"; did you mean "sites"?'],
    ["name: muc", "nam: muc", 'remote_sites[0].sites[0].nam: unknown key "nam"; did you mean "name"?'],
    ["name: web01", "nmae: web01", 'hosts[0].nmae: unknown key "nmae"; did you mean "name"?'],
    ["site: muc }, {", "siet: muc }, {", 'hosts[0].siet: unknown key "siet"; did you mean "site"?'],
    ["clusters:", "cluster:", 'cluster: unknown key "cluster"; did you mean "clusters"?'],
    ["nodes:", "noeds:", 'clusters[0].noeds: unknown key "noeds"; did you mean "nodes"?'],
    ["relays:", "relay:", 'relay: unknown key "relay"; did you mean "relays"?'],
    ["vantages:", "vantage:", 'vantage: unknown key "vantage"; did you mean "vantages"?'],
    ["ssh: { user", "shh: { user", 'vantages.web01.shh: unknown key "shh"; did you mean "ssh"?'],
  ])("%s written %s; a wrong name is still found", async (right, slip, line) => {
    const text = whole.replace(right, slip);
    expect(await refusal(text)).toEqual([line]);
    const both = await refusal(text.replace("to: web02", "to: web03"));
    expect(both).toHaveLength(2);
    expect(both).toEqual(expect.arrayContaining([line, expect.stringContaining(wrongName)]));
  });

  it.each<[string, string, string]>([
    ["hosts:", "hots:", 'hots: unknown key "hots"; did you mean "hosts"?'],
    ["hosts: [", "hosts: 5 #", "hosts: expected a list, got 5"],
    ["name: web01, ", "", 'hosts[0]: the key "name" is missing; write name: web01'],
  ])("%s written %s: which names there are is not known, so none is called wrong", async (right, slip, line) => {
    const text = whole.replace(right, slip);
    expect(await refusal(text)).toEqual([expect.stringContaining(line)]);
    expect(await refusal(text.replace("to: web02", "to: web03"))).toEqual([expect.stringContaining(line)]);
  });

  it.each([
    ["hots", "hosts"],
    ["nodes", "hosts"],
  ])(
    "%s: a range under it was not written out, so its hosts are not called wrong; of an empty list they are",
    async (slip, right) => {
      const rest = "requirements: [{ from: w5, to: cmk, tcp: 1 }]";
      const of = (hosts: string) => refusal(`${server}\n${hosts}\n${rest}`);
      const range = '[{ name: "w[1-9]", address: "10.0.0.[1-9]" }]';
      const line = `${slip}: unknown key "${slip}"; did you mean "${right}"?`;
      const unknown = expect.stringContaining('requirements[0].from: no node or group is called "w5"') as unknown;
      expect(await of(`${slip}: ${range}`)).toEqual([line]);
      expect(await of(`${slip}: []`)).toEqual([line, unknown]);
      expect(await of(`${right}: ${range}`)).toEqual([]);
      expect(await of(`${right}: []`)).toEqual([unknown]);
    },
  );

  it("a wrong site stays one where the sites are known", async () => {
    const text = whole.replace("hosts:", "hots:").replace("3.1, site: muc", "3.1, site: mcu");
    expect(await refusal(text)).toEqual([
      'hots: unknown key "hots"; did you mean "hosts"?',
      'relays[0].site: no site is called "mcu"; did you mean "muc"? Sites: main, muc',
    ]);
  });
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
    [ofHost("os: Windows Server 2022"), "windows"],
    [ofHost("os: Ubuntu 24.04"), "linux"],
    [ofHost("agent: ssh"), "none"],
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
