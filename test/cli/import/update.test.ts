import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { portmatrix } from "../program.ts";
import { useSandbox } from "../sandbox.ts";
import { answersOf, hosts } from "./installation.ts";
import { useStandIns } from "./stand-in.ts";

const sandbox = useSandbox();
const standIns = useStandIns();

async function importWith(list: typeof hosts, ...more: string[]) {
  const { url } = await standIns.rest((url) => answersOf("2.4", list, `${url}/`));
  const args = ["import", "checkmk", "--url", url, "--user", "automation", "--secret-env", "S", ...more];
  return portmatrix(args, { cwd: sandbox.path("."), env: { S: "the-secret" } });
}
const text = () => readFileSync(sandbox.path("portmatrix.yaml"), "utf8");
const edit = (change: (text: string) => string) => sandbox.write("portmatrix.yaml", change(text()));

/** The installation a week later: a host has moved, one has become a push host, one is new and one gone. */
const later = [
  ...hosts.flatMap((host) => {
    if (host.id === "push01") return [];
    if (host.id === "web01") return [{ ...host, attributes: { ...host.attributes, ipaddress: "10.0.2.99" } }];
    if (host.id === "dual") return [{ ...host, attributes: { ...host.attributes, ipaddress: "10.9.9.9" } }];
    if (host.id === "muc-web")
      return [{ ...host, attributes: { ...host.attributes, cmk_agent_connection: "push-agent" } }];
    return [host];
  }),
  { id: "new01", attributes: { ipaddress: "10.0.2.50" } },
];

it("an import that finds the same changes nothing", async () => {
  expect((await importWith(hosts, "--address", "10.0.0.5")).code).toBe(0);
  const before = text();
  const ran = await importWith(hosts, "--address", "10.0.0.5", "--update", "portmatrix.yaml", "--write");
  expect(ran).toMatchObject({ code: 0, stdout: "Nothing changed in portmatrix.yaml.\n" });
  expect(text()).toBe(before);
});

it("shows what changed, writes it with --write alone, and keeps what a person wrote", async () => {
  expect((await importWith(hosts, "--address", "10.0.0.5")).code).toBe(0);
  edit((was) =>
    was
      .replace("{ name: web01, ", "{ name: web01, ping: false, timeout: 30s, ")
      .replace(/(\{ name: dual, .*\})/, "$1 # keep: NAT")
      .replace("hosts:\n", "hosts:\n  # the rack in the cellar\n  - { name: mine, address: 10.7.7.7 }\n")
      .replace("SNMP_1 }", "COMMUNITY_OF_SWITCHES }")
      .concat(
        "\nrequirements:\n  - { from: cmk, to: web01, tcp: 22, why: backup } # ask Eva\nvantages:\n  web01: { exec: [ssh, web01] }\n",
      )
      .replaceAll("main-server", "cmk"),
  );
  const before = text();
  const shown = [
    '~ muc-web: agent (default) -> "push"',
    '~ web01: address "10.0.2.1" -> "10.0.2.99"',
    "+ new01 10.0.2.50",
  ];
  const dry = await importWith(later, "--update", "portmatrix.yaml");
  const sorted = (stdout: string) => stdout.trimEnd().split("\n").slice(0, -1).toSorted();
  expect(sorted(dry.stdout)).toEqual(shown.toSorted());
  expect(dry.stdout).toContain("Nothing was written; --write writes 3 changes into portmatrix.yaml.\n");
  expect(dry.stderr).toContain('note: left as they are, because they are marked "keep": dual\n');
  expect(dry.stderr).toContain(
    "note: no longer there, and kept; delete them if they are gone for good: mine, push01\n",
  );
  expect(text()).toBe(before);

  const wet = await importWith(later, "--update", "portmatrix.yaml", "--write");
  expect(sorted(wet.stdout)).toEqual(shown.toSorted());
  const [was, is] = [before.split("\n"), text().split("\n")];
  expect(is.filter((line) => !was.includes(line)).toSorted()).toEqual([
    "  - { name: muc-web, address: 10.1.0.9, site: muc, agent: push }",
    "  - { name: new01, address: 10.0.2.50 }",
    expect.stringMatching(/^ {2}- \{ name: web01, ping: false, timeout: 30s, address: 10\.0\.2\.99, /),
  ]);
  expect(was.filter((line) => !is.includes(line))).toHaveLength(2);
  expect(text()).toContain("# ask Eva");
  expect(await portmatrix(["plan"], { cwd: sandbox.path(".") })).toMatchObject({ code: 0, stderr: "" });
});

it("hosts of a table are changed in the table, those of a range leave it; nothing is written without --write", async () => {
  sandbox.write("lists/hosts.csv", "name,address,ping\nweb01,10.0.2.1,no\nb,10.0.2.7,\n");
  sandbox.write(
    "lists/old.yaml",
    'server: { name: cmk, address: 10.0.0.5, sites: [main] }\nhosts:\n  - include: hosts.csv\n  - { name: "sw[1-2]", address: "10.0.3.[1-2]", agent: none }\n',
  );
  sandbox.write("list.csv", "name,address\nweb01,10.0.2.9\nb,10.0.2.7\nsw1,10.0.3.11\nnew,10.0.4.4\n");
  const files = () => ["lists/hosts.csv", "lists/old.yaml"].map((name) => readFileSync(sandbox.path(name), "utf8"));
  const before = files();
  const args = ["import", "csv", "list.csv", "--update", "lists/old.yaml"];
  const shown =
    '~ web01: address "10.0.2.1" -> "10.0.2.9" (hosts.csv)\n~ sw1: address "10.0.3.1" -> "10.0.3.11"\n+ new 10.0.4.4 (hosts.csv)\n';
  const dry = await portmatrix(args, { cwd: sandbox.path(".") });
  expect(dry).toMatchObject({
    code: 0,
    stdout: `${shown}Nothing was written; --write writes 3 changes into lists/hosts.csv, lists/old.yaml.\n`,
  });
  expect(files()).toEqual(before);
  const wet = await portmatrix([...args, "--write"], { cwd: sandbox.path(".") });
  expect(wet).toMatchObject({ code: 0, stdout: `${shown}Wrote lists/hosts.csv, lists/old.yaml: 3 changes.\n` });
  expect(wet.stderr).toContain("no longer there, and kept; delete them if they are gone for good: sw2\n");
  expect(files()).toEqual([
    "name,address,ping\nweb01,10.0.2.9,no\nb,10.0.2.7,\nnew,10.0.4.4,\n",
    expect.stringContaining(
      '  - { name: "sw2", address: "10.0.3.2", agent: none }\n  - { name: sw1, address: 10.0.3.11, agent: none }\n',
    ),
  ]);
  expect(await portmatrix(["plan", "lists/old.yaml"], { cwd: sandbox.path(".") })).toMatchObject({
    code: 0,
    stderr: "",
  });
  expect(await portmatrix([...args, "--write"], { cwd: sandbox.path(".") })).toMatchObject({
    stdout: "Nothing changed in lists/old.yaml.\n",
  });
});

it("sites get new ports and features, and a remote site that is new is added", async () => {
  sandbox.write(
    "old.yaml",
    "server:\n  name: central # the old box\n  address: 10.0.0.77\n  sites:\n    - { name: main, ports: { apache: 5003 } } # by hand\nhosts: []\n",
  );
  const ran = await importWith([], "--update", "old.yaml", "--write");
  expect(ran.code).toBe(0);
  const now = readFileSync(sandbox.path("old.yaml"), "utf8");
  expect(now).toContain("  name: central # the old box\n  address: 10.0.0.77\n");
  expect(now).toContain(
    "{ name: main, ports: { apache: 5003, agent_receiver: 8001 }, features: [ message-broker ] } # by hand",
  );
  expect(now).toContain("remote_sites:\n  - name: muc\n");
  expect(ran.stdout).toContain("~ site main: port agent_receiver (default) -> 8001\n");
  expect(ran.stdout).toContain("+ remote server muc with the site muc\n");
});

it("an old topology with a mistake, or none, is an input error", async () => {
  expect(await importWith(hosts, "--update", "none.yaml")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("none.yaml: there is no such file"),
  });
  sandbox.write("bad.yaml", "server: 7");
  expect(await importWith(hosts, "--update", "bad.yaml")).toMatchObject({ code: 2, stdout: "" });
  expect(existsSync(sandbox.path("portmatrix.yaml"))).toBe(false);
});
