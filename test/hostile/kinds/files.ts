import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { hostOf, topologyOf } from "../../cli/topology.ts";
import { hostileText } from "../hostile-text.ts";
import type { Kind } from "../kinds.ts";
import { mutate } from "../mutate.ts";
import type { Random } from "../random.ts";
import type { Trial } from "../trial.ts";

/**
 * Topologies, tables of hosts, catalogs and secrets that are damaged, huge, endless, binary, devices, pipes, or something
 * else altogether. Nothing is sent, and nothing that looks like a secret is quoted.
 */
export const filesKind: Kind = { cases: "a command with a bad file", run };

const topology = `# a topology
catalog: checkmk/2.3
server: { name: cmk, address: 127.0.0.1, sites: [{ name: main }, { name: lab, ports: { agent_receiver: 8001 } }] }
hosts:
  - { name: web01, address: [127.0.0.1, "::1"], os: linux, agent: legacy, ping: false, timeout: 3s }
  - { name: "sw[01-03]", address: "127.0.0.[1-3]", agent: none, snmp: { version: 2c, community: { file: secret } } }
  - { name: net, network: 127.0.0.0/29 }
  - include: hosts.csv
outgoing: { dns: [127.0.0.1], smtp: [{ address: localhost, port: 587 }], license: true }
requirements:
  - { from: server, to: web01, tcp: [22, 443], expect: blocked, why: because }
  - { from: hosts, to: server, udp: 514 }
vantages: { cmk: local }
`;
const table = 'name,address,site,agent\ndb01,127.0.0.9,main,none\n"db02";127.0.0.10\ndb03,127.0.0.11,,pull\n';

type Case = (trial: Trial, random: Random) => Promise<unknown>;
const plan = (trial: Trial, file = "t.yaml"): Promise<unknown> => trial.run(["plan", file]);
const randomLines = (random: Random): string =>
  Array.from({ length: 1 + random.int(30) }, () => hostileText(random)).join(random.pick(["\n", ",", ": ", ";\n"]));

const cases: readonly Case[] = [
  (trial, random) => {
    trial.write("t.yaml", mutate(Buffer.from(topology), random));
    trial.write("hosts.csv", table);
    return plan(trial);
  },
  (trial, random) => {
    trial.write("t.yaml", topology);
    trial.write("hosts.csv", mutate(Buffer.from(table), random));
    return plan(trial);
  },
  (trial, random) => {
    const place = random.int(topology.length);
    trial.write("t.yaml", topology.slice(0, place) + hostileText(random) + topology.slice(place));
    trial.write("hosts.csv", `name,address\n${randomLines(random)}\n`);
    return plan(trial);
  },
  (trial, random) => {
    trial.write(
      "t.yaml",
      random.pick([
        randomLines(random),
        random.bytes(random.int(3_000)),
        "[".repeat(200_000),
        `a: ${"&a [*a,".repeat(999)}`,
      ]),
    );
    return trial.run([random.pick(["plan", "catalog"]), "t.yaml"]);
  },
  (trial, random) => {
    truncateSync(trial.write("t.yaml", topology), random.pick([0, 9_000_000, 60_000_000, 3_000_000_000]));
    return trial.run([random.pick(["plan", "report", "catalog"]), "t.yaml"]);
  },
  (trial, random) => {
    const device = random.pick([
      "/dev/zero",
      "/dev/urandom",
      "/dev/full",
      "/dev/tty",
      "/dev/null",
      "/proc/self/mem",
      "/proc/kmsg",
      "/etc",
      "/dev/fd/99",
    ]);
    return trial.run([random.pick(["plan", "report", "catalog", "check"]), device]);
  },
  (trial, random) => {
    const text = random.pick([topology, "x".repeat(100_000), hostileText(random)]).replaceAll("'", "");
    const line = `printf '%s' '${text.replaceAll("%", "").replaceAll("\0", "")}' > pipe & exec "$@"`;
    pipe(trial);
    return trial.run(["plan", "pipe"], { behind: ["sh", "-c", `${line}`, "sh"] });
  },
  (trial, random) => {
    trial.mayLeave("link", "directory");
    symlinkSync("link", trial.path("link"));
    mkdirSync(trial.path("directory"));
    const name = random.pick(["link", "directory", "nothing", "secret", "secret/x", "a\0b".replace("\0", "\u0001")]);
    return trial.run(["plan", name]);
  },
  (trial, random) => {
    trial.write("catalog.yaml", catalogOfTexts(random));
    trial.write("t.json", topologyOfTexts(random));
    const format = random.pick(["table", "csv", "markdown", "json"]);
    return trial.run(
      random.pick([
        ["plan", "t.json", "--format", format],
        ["catalog", "./catalog.yaml"],
      ]),
    );
  },
  (trial, random) => {
    // A secret in the wrong places: none of them may be quoted.
    const [key, written] = [random.pick(["community", "comunity", "snmp"]), JSON.stringify(trial.canary)];
    const snmp = random.pick([
      `{ version: 2c, ${key}: ${written} }`,
      written,
      `[${written}]`,
      `{ version: 3, user: u, auth: { protocol: sha, password: ${written} } }`,
      `{ version: 2c, community: { env: ${written}, file: x } }`,
      `{ version: 2c, community: { value: ${written} } }`,
    ]);
    trial.write("t.yaml", topology.replace("{ version: 2c, community: { file: secret } }", snmp));
    trial.write("hosts.csv", table);
    return trial.run([random.pick(["plan", "check"]), "t.yaml", "--only", "icmp"], { codes: [2] });
  },
  (trial, random) => {
    // A file of secrets that is taken for something else.
    const lines = `root:${trial.canary}:19000:0:99999:7:::\nbin:*:19000::::::\n${trial.canary}\n`;
    trial.write(
      "shadow",
      random.pick([lines, `${trial.canary}: 1\n`, `- ${trial.canary}\n- b: [`, `{"${trial.canary}":`]),
    );
    trial.write("t.yaml", topology.replace("hosts.csv", "shadow"));
    trial.write("u.yaml", topology.replace("checkmk/2.3", "./shadow"));
    return trial.run(
      random.pick([
        ["plan", "t.yaml"],
        ["report", "shadow"],
        ["diff", "shadow", "shadow"],
        ["plan", "u.yaml"],
        ["catalog", "./shadow"],
      ]),
      { codes: [2] },
    );
  },
  (trial, random) => {
    // Secrets that are none: nothing may be sent with them.
    const content = random.pick<string | Buffer>([
      "",
      "\n",
      `${trial.canary}\0`,
      Buffer.concat([Buffer.from(trial.canary), Buffer.from([0xff])]),
      trial.canary.repeat(400),
    ]);
    trial.write("bad", content);
    const snmp = { version: "2c", community: { file: random.pick(["bad", "/dev/zero", "/dev/urandom", "."]) } };
    trial.write("t.json", topologyOf([], { hosts: [hostOf("web01", { snmp })] }));
    return trial.run(["check", "t.json", "--only", "snmp"], { codes: [2] });
  },
];

/** Every text that a topology may have, written by an attacker. */
function topologyOfTexts(random: Random): object {
  const text = (): string => hostileText(random).slice(0, 120);
  const snmp = { version: "3", user: text(), context: text() };
  return topologyOf([], {
    catalog: random.chance(0.5) ? "./catalog.yaml" : "checkmk/2.3",
    hosts: [hostOf("web01", { snmp, site: random.pick(["main", text()]) })],
    requirements: [
      { from: "server", to: "web01", tcp: 22, why: text() },
      { from: random.pick(["server", text()]), to: "web01", tcp: 23, id: random.pick(["x", text()]) },
    ],
    outgoing: {
      smtp: [{ address: random.pick(["127.0.0.1", text()]) }],
      ...(random.chance(0.3) ? { proxy: random.pick(["127.0.0.1:3128", text()]) } : {}),
    },
    vantages: { cmk: "local", ...(random.chance(0.3) ? { [text()]: random.pick(["local", text()]) } : {}) },
    ...(random.chance(0.3) ? { [text()]: text() } : {}),
  });
}

function catalogOfTexts(random: Random): object {
  const text = (): string => hostileText(random);
  const requirement = {
    id: random.pick(["ring", "ring", text()]),
    short: text().slice(0, 12),
    from: "server",
    to: "host",
    protocol: "tcp",
    port: 1,
    probe: { kind: random.pick(["tcp", "tcp", text()]) },
    service: text(),
    purpose: text(),
    source: text(),
    notes: [text()],
  };
  const title = { en: text(), de: text() };
  const url = random.pick(["https://example.com", `https://example.com/${text()}`, `javascript:${text()}`]);
  const about = { product: "acme", version: random.pick(["1", text()]), title: text(), url, source: text() };
  return { ...about, sections: [{ id: random.pick(["1", text()]), anchor: "a", title, requirements: [requirement] }] };
}

function pipe(trial: Trial): void {
  trial.mayLeave("pipe");
  execFileSync("rm", ["-f", trial.path("pipe")]);
  execFileSync("mkfifo", [trial.path("pipe")]);
}

const callsOfTrial = 8;

async function run(trial: Trial): Promise<void> {
  for (let calls = 0; calls < callsOfTrial; calls++) {
    const one = trial.random.pick(cases);
    trial.clear();
    await one(trial, trial.random);
    trial.count(1);
  }
}
