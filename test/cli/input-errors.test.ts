import { execFileSync } from "node:child_process";
import { mkdirSync, truncateSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useListeners } from "./listeners.ts";
import { bin, portmatrix, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const listeners = useListeners();

const server = "server: { name: cmk, address: 127.0.0.1, sites: [{ name: main }] }";
const host = (rest = ""): string => `  - { name: web01, address: 127.0.0.1, agent: none, ping: false${rest} }`;
const good = `${server}\nhosts:\n${host()}\nvantages: { cmk: local }`;

/** What a case may do before portmatrix runs, and what it calls it with. */
interface Case {
  /** Text of `t.yaml`; requirements that name listeners follow it, so a probe of any of these would be seen. */
  yaml?: string;
  /** Replaces the preparation altogether. */
  prepare?: () => void;
  args?: readonly string[];
  env?: Record<string, string>;
  input?: string;
  /** The exact lines on stderr; the sandbox's path is left out. */
  says: readonly string[];
}

async function run({ yaml = good, prepare, args = ["check", "t.yaml"], env, input }: Case) {
  const [tcp, udp] = await Promise.all([listeners.tcp(), listeners.udp("mute")]);
  const required = `requirements:\n  - { from: cmk, to: web01, tcp: ${tcp.port} }\n  - { from: cmk, to: web01, udp: ${udp.port} }\n`;
  if (prepare === undefined) sandbox.write("t.yaml", `${yaml}\n${required}`);
  else prepare();
  const options = { cwd: sandbox.path("."), ...(env === undefined ? {} : { env }) };
  const ran = await portmatrix(args, { ...options, ...(input === undefined ? {} : { input }) });
  return { ...ran, visits: [...tcp.visits, ...udp.visits].length };
}

const table = (cases: Record<string, Case>): void => {
  it.each(Object.entries(cases))("%s", async (_title, one) => {
    const { code, stdout, stderr, visits } = await run(one);
    expect(stderr.split("\n").filter(Boolean)).toEqual(one.says);
    expect({ code, stdout, visits }).toEqual({ code: 2, stdout: "", visits: 0 });
  });
};

it("the twin: the same topology without a fault reaches both listeners", async () => {
  const { code, stderr, visits } = await run({ says: [], args: ["check", "t.yaml", "--timeout", "300ms", "--quiet"] });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" }); // fail: no web server of the site runs here
  expect(visits).toBeGreaterThanOrEqual(2);
});

describe("what a topology says", () => {
  table({
    "unknown keys, bad addresses and bad ports, all in one go": {
      yaml: [
        "server: { name: cmk, adress: 127.0.0.1, sites: [{ name: main, port: 8000 }] }",
        "host: []",
        "hosts:",
        "  - { name: web01, address: 300.1.2.3 }",
        '  - { name: web02, address: "fd00::1::2", ports: { agent: 0, snmp: 70000 } }',
        "  - { name: web 03, address: -x, os: bsd }",
      ].join("\n"),
      says: [
        't.yaml:1:22: server.adress: unknown key "adress"; did you mean "address"?',
        't.yaml:1:63: server.sites[0].port: unknown key "port"; write ports: { agent_receiver: 8000 }',
        't.yaml:2:1: host: unknown key "host"; did you mean "hosts"?',
        't.yaml:4:29: hosts[0].address: "300.1.2.3" is no IPv4 address: its numbers end at 255',
        't.yaml:5:29: hosts[1].address: "fd00::1::2" is neither an IPv4 or IPv6 address nor a DNS name',
        "t.yaml:5:59: hosts[1].ports.agent: port 0 is out of range: 1 to 65535",
        "t.yaml:5:68: hosts[1].ports.snmp: port 70000 is out of range: 1 to 65535",
        `t.yaml:6:13: hosts[2].name: a name consists of letters, digits, '.', '_' and inner '-', got "web 03"`,
        't.yaml:6:30: hosts[2].address: "-x" is neither an IPv4 or IPv6 address nor a DNS name',
        't.yaml:6:38: hosts[2].os: "bsd" is not one of linux, windows, other; did you mean "other"?',
      ],
    },
    "a name twice, an unknown site, an unknown node": {
      yaml: `${server}\nhosts:\n${host()}\n${host(", site: nowhere")}\nvantages: { web99: local }`,
      says: [
        't.yaml:4:13: hosts[1].name: "web01" is already the name of a node: hosts[0] at t.yaml:3:5',
        't.yaml:4:72: hosts[1].site: no site is called "nowhere"; sites: main',
        't.yaml:5:13: vantages.web99: no node is called "web99"; add it under hosts:',
      ],
    },
    "a secret that is written instead of named": {
      yaml: `${server}\nhosts:\n${host(", snmp: { version: 2c, community: hunter2 }")}`,
      says: [
        "t.yaml:3:98: hosts[0].snmp.community: a secret is named, never written: { env: NAME } or { file: PATH }, got a value that is not shown here",
      ],
    },
    "broken YAML": {
      prepare: () => void sandbox.write("t.yaml", "server: [1, 2\nhosts: }"),
      says: ['t.yaml:1:9: this "[" is not closed; add "]"', 't.yaml:2:8: this "}" closes nothing'],
    },
    "text that is no topology": {
      prepare: () => void sandbox.write("t.yaml", "just text"),
      says: ["t.yaml:1:1: expected { key: value }, got plain text"],
    },
    "an unknown catalog": {
      yaml: `catalog: checkmk/9.9\n${good}`,
      says: [
        't.yaml:1:10: catalog: no catalog is called "checkmk/9.9"; the newest is checkmk/2.5. Catalogs: checkmk/2.1, checkmk/2.2, checkmk/2.3, checkmk/2.4, checkmk/2.5, or a path to a .yaml file',
      ],
    },
  });
});

describe("files", () => {
  table({
    "none, and none named": {
      prepare: () => {},
      args: ["check"],
      says: ["portmatrix.yaml: there is no such file; begin one with: portmatrix init (or name another file)"],
    },
    "a directory": {
      prepare: () => mkdirSync(sandbox.path("t.yaml")),
      says: ["t.yaml: this is a directory; name a file"],
    },
    "an empty file": { prepare: () => void sandbox.write("t.yaml", ""), says: ["t.yaml: the file is empty"] },
    "empty standard input": { prepare: () => {}, args: ["check", "-"], says: ["stdin: the file is empty"] },
    "a name that is empty": { prepare: () => {}, args: ["plan", ""], says: ['"": there is no such file'] },
    "50 MB": {
      prepare: () => truncateSync(sandbox.write("t.yaml", "x"), 50_000_000),
      says: ["t.yaml: the file is 50 MB long; at most 10 MB are read"],
    },
    "a device that never ends": {
      prepare: () => {},
      args: ["check", "/dev/zero"],
      says: ["/dev/zero: this is a device, a terminal or a socket; name a file, or - for standard input"],
    },
    "a secret in a device": {
      yaml: `${server}\nhosts:\n${host(", snmp: { version: 2c, community: { file: /dev/zero } }")}\nvantages: { cmk: local }`,
      says: [
        't.yaml:3:98: hosts[0].snmp.community: secret file "/dev/zero": this is a device, a terminal or a socket; name a file, or - for standard input',
      ],
    },
    "a table in a device": {
      yaml: `${server}\nhosts:\n  - { include: /dev/tty }\nvantages: { cmk: local }`,
      says: [
        "t.yaml:3:16: hosts[0].include: /dev/tty: this is a device, a terminal or a socket; name a file, or - for standard input",
      ],
    },
    "a run record in a device": {
      args: ["report", "/dev/null"],
      says: ["/dev/null: this is a device, a terminal or a socket; name a file, or - for standard input"],
    },
    "a report into a named pipe": {
      prepare: () => {
        sandbox.write("t.yaml", good);
        execFileSync("mkfifo", [sandbox.path("pipe")]);
      },
      args: ["check", "t.yaml", "--format", "json=pipe"],
      says: ['--format: cannot write "pipe": it is a pipe or a socket that nobody may read; name a file'],
    },
    "standard input without an end": {
      prepare: () => {},
      args: ["check", "-"],
      input: "x".repeat(60_000_000),
      says: ["stdin: standard input is longer than 10 MB; at most 10 MB are read"],
    },
    "a YAML bomb": {
      prepare: () => {
        const nested = [..."bcdefghij"].map((name, at) => `${name}: &${name} [${`*${"abcdefghi"[at]},`.repeat(9)}]`);
        sandbox.write("t.yaml", ["a: &a [x,x,x,x,x,x,x,x,x]", ...nested].join("\n"));
      },
      says: ["t.yaml:7:7: g: its aliases (*name) expand to more than 3,000,000 values"],
    },
    "brackets without an end": {
      prepare: () => void sandbox.write("t.yaml", "[".repeat(100_000)),
      says: ["t.yaml:1:66: nested more than 64 levels deep; no document needs that"],
    },
    "UTF-16": {
      prepare: () => void sandbox.write("t.yaml", Uint8Array.of(0xff, 0xfe, 0x61, 0)),
      says: ["t.yaml: the file is UTF-16 text; save it as UTF-8"],
    },
    "bytes that are no text": {
      prepare: () => void sandbox.write("t.yaml", Uint8Array.of(0x61, 0, 0x62)),
      says: ["t.yaml:1:2: a NUL byte: this is not a text file"],
    },
    "a run record that is none": {
      prepare: () => void sandbox.write("run.json", '{ "format": 2 }'),
      args: ["report", "run.json"],
      says: ["run.json: this is a run record of format 2; this version reads format 1"],
    },
    "a run record that is YAML": {
      args: ["report", "t.yaml"],
      says: ["t.yaml: this is not JSON; a run record is written by: check --format json=FILE"],
    },
  });

  it("a file that may not be read, also as root without root's privilege to read everything", async () => {
    const file = sandbox.write("t.yaml", good, 0);
    const behind = process.getuid?.() === 0 ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : [];
    const ran = await start([...behind, process.execPath, bin, "check", file]).finished;
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: `${file}: no permission to read this file\n` });
  });
});

describe("secrets and empty plans", () => {
  const snmp = (secret: string): string => host(`, snmp: ${secret}`);
  table({
    "secrets that are not there or too short": {
      yaml: [
        server,
        "hosts:",
        snmp("{ version: 2c, community: { env: NOT_SET } }"),
        snmp("{ version: 1, community: { file: no-such-file } }").replace("web01", "web02"),
        snmp("{ version: 3, user: u, auth: { protocol: sha, password: { env: SHORT } } }").replace("web01", "web03"),
        "vantages: { cmk: local }",
      ].join("\n"),
      env: { SHORT: "tooshor" },
      says: [
        "t.yaml:3:98: hosts[0].snmp.community: environment variable NOT_SET is not set; set it before the call, or use { file: PATH }",
        't.yaml:4:97: hosts[1].snmp.community: secret file "no-such-file": there is no such file',
        "t.yaml:5:128: hosts[2].snmp.auth.password: environment variable SHORT is shorter than 8 characters, which SNMPv3 refuses (RFC 3414)",
      ],
    },
    "an empty plan": {
      prepare: () => {
        const ring = {
          id: "ring",
          short: "Ring",
          from: "cluster-node",
          to: "cluster-node",
          protocol: "tcp",
          port: 1,
          probe: { kind: "tcp" },
          service: "Ring",
          purpose: "Without it nothing works.",
          source: "mine",
        };
        const sections = [{ id: "1", anchor: "a", title: { en: "A", de: "A" }, requirements: [ring] }];
        const about = { product: "acme", version: "1", title: "Acme", url: "https://example.com", source: "mine" };
        sandbox.write("acme.yaml", { ...about, sections });
        sandbox.write("t.yaml", `catalog: acme.yaml\n${good}`);
      },
      says: [
        "t.yaml: catalog acme/1 requires nothing of this topology: it has hosts that have agent: none, ping: false and no snmp, no remote_sites, no clusters, no outgoing services, no requirements of its own",
      ],
    },
    "nothing that this machine could send": {
      yaml: `${good.replace("cmk: local", "web01: local")}`,
      args: ["check", "t.yaml", "--section", "extra"],
      says: [
        't.yaml: none of the 2 flows can be sent from here: only web01 has a vantage point, and the flows start at cmk; run portmatrix there with --from NODE, or declare how to reach them under "vantages:"',
      ],
    },
    "a machine that is no node of the topology": {
      yaml: good.replaceAll("127.0.0.1", "no-such-host.invalid").replace(/vantages.*/, ""),
      args: ["check", "t.yaml", "--from", "web02"],
      says: ['--from: the topology has no node "web02"; nodes: cmk, web01'],
    },
  });
});

describe("arguments", () => {
  const more = "Run with --help for all options.";
  const invalid = (option: string, value: string, why: string): string =>
    `error: option '${option}' argument '${value}' is invalid. ${why}`;
  const duration = (value: string): string =>
    invalid(
      "--timeout <duration>",
      value,
      `"${value}" is not a duration between 1ms and 10m, such as 300ms, 3s or 1m.`,
    );
  const count = (option: string, value: string): string =>
    invalid(option, value, `"${value}" is not a whole number of at least 1.`);
  table({
    "an unknown command": { args: ["chek"], says: ["error: unknown command 'chek'", "(Did you mean check?)", more] },
    "an unknown option": {
      args: ["check", "t.yaml", "--fast"],
      says: ["error: unknown option '--fast'", more],
    },
    "two topologies": {
      args: ["check", "t.yaml", "t.yaml"],
      says: ["error: too many arguments for 'check'. Expected 1 argument but got 2.", more],
    },
    "a report of nothing": {
      args: ["report"],
      says: ["error: missing required argument 'run.json'; portmatrix check --format json=run.json saves one", more],
    },
    "a duration without a unit": { args: ["check", "t.yaml", "--timeout", "5"], says: [duration("5"), more] },
    "a duration of nothing": { args: ["check", "t.yaml", "--timeout", "0s"], says: [duration("0s"), more] },
    "a duration of an hour": { args: ["check", "t.yaml", "--timeout", "1h"], says: [duration("1h"), more] },
    "a concurrency of zero": {
      args: ["check", "t.yaml", "--concurrency", "0"],
      says: [count("--concurrency <n>", "0"), more],
    },
    "half a probe per second": { args: ["check", "t.yaml", "--rate", "0.5"], says: [count("--rate <n>", "0.5"), more] },
    "an unknown stage": {
      args: ["check", "t.yaml", "--stage", "dead"],
      says: [invalid("--stage <stage>", "dead", "Allowed choices are live, preinstall."), more],
    },
    "an unknown catalog": {
      args: ["check", "t.yaml", "--catalog", "nagios"],
      says: [
        '--catalog: no catalog is called "nagios"; catalogs: checkmk/2.1, checkmk/2.2, checkmk/2.3, checkmk/2.4, checkmk/2.5, or a path to a .yaml file',
      ],
    },
    "an unknown section, term and node, all in one go": {
      args: ["check", "t.yaml", "--section", "99", "--only", "foo", "--only", "123/tcp", "--from", "zz"],
      says: [
        '--section: "99" is no section; sections: 2.1, 2.2, 3.1, 3.2, 4, 5, 6, 7, 8, extra',
        '--only: "foo" is no node, port, transport or requirement of any planned flow; see `portmatrix plan`',
        '--only: "123/tcp" is no node, port, transport or requirement of any planned flow; see `portmatrix plan`',
        '--from: the topology has no node "zz"; nodes: cmk, web01',
      ],
    },
    "filters that leave nothing": {
      args: ["check", "t.yaml", "--section", "extra", "--from", "web01"],
      says: ["--from web01 --section extra: no flow matches all of these; 4 flows are planned without them"],
    },
    "formats, all in one go": {
      args: [
        "check",
        "t.yaml",
        ..."json table nope json=/no/such/x junit=. markdown=".split(" ").flatMap((format) => ["--format", format]),
      ],
      says: [
        '--format: "nope" is not a format; use one of table, json, ndjson, junit, tap, markdown, html, csv, prometheus, github, gitlab, sarif, nagios, checkmk-local, checkmk-spool, checkmk-piggyback, with =FILE to write a file',
        '--format: cannot write "/no/such/x": there is no directory "/no/such"',
        '--format: cannot write ".": it is a directory',
        '--format: "markdown=" names no file after "="',
        "--format: only one format can go to stdout, not json and table; add =FILE to the others",
      ],
    },
    "one file for two formats": {
      args: ["check", "t.yaml", "--format", "json=x", "--format", "junit=x"],
      says: ['--format: "x" is named twice'],
    },
    "a format of check for plan": {
      args: ["plan", "t.yaml", "--format", "junit"],
      says: [
        '--format: "junit" is not a format; use one of table, csv, markdown, json, firewall, xlsx, with =FILE to write a file',
      ],
    },
  });
});
