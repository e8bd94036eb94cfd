import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { portmatrix } from "../program.ts";
import { useSandbox } from "../sandbox.ts";
import { answersOf, hosts, manyHosts, secrets, type Version } from "./installation.ts";
import { planRows } from "./plan-rows.ts";
import { type StandIn, useStandIns } from "./stand-in.ts";

const sandbox = useSandbox();
const standIns = useStandIns();

/** Runs an import of a stand-in in the sandbox. */
function importFrom({ url }: Pick<StandIn, "url">, more: readonly string[] = []) {
  const args = ["import", "checkmk", "--url", url, "--user", "automation", "--secret-env", "CMK_SECRET", ...more];
  return portmatrix(args, { cwd: sandbox.path("."), env: { CMK_SECRET: "the-secret" } });
}

/** Flows that start at or go to a host, as every version has them. */
const hostRows = [
  "2.1 cmk -> byname.example.com byname.example.com icmp",
  "2.1 cmk -> byname.example.com byname.example.com tcp/6556",
  "2.1 cmk -> dual 10.0.2.9 icmp",
  "2.1 cmk -> dual 10.0.2.9 tcp/6556",
  "2.1 cmk -> dual 2001:db8::9 icmp",
  "2.1 cmk -> dual 2001:db8::9 tcp/6556",
  "2.1 cmk -> esx01 10.0.4.1 icmp",
  "2.1 cmk -> esx01 10.0.4.1 tcp/8443",
  "2.1 cmk -> odd-name 10.0.6.3 icmp",
  "2.1 cmk -> odd-name 10.0.6.3 tcp/6556",
  "2.1 cmk -> odd-tags 10.0.6.4 icmp",
  "2.1 cmk -> push01 10.0.2.2 icmp",
  "2.1 cmk -> sw01 10.0.3.1 icmp",
  "2.1 cmk -> sw01 10.0.3.1 udp/161",
  "2.1 cmk -> sw02 10.0.3.2 icmp",
  "2.1 cmk -> sw02 10.0.3.2 udp/1161",
  "2.1 cmk -> sw03 10.0.3.3 icmp",
  "2.1 cmk -> sw03 10.0.3.3 udp/161",
  "2.1 cmk -> web01 10.0.2.1 icmp",
  "2.1 cmk -> web01 10.0.2.1 tcp/2222",
  "2.1 cmk -> web01 10.0.2.1 tcp/6559",
];
const registering = ["byname.example.com", "dual", "odd-name", "push01", "web01"];
const registrationRows = registering.flatMap((host) =>
  ["tcp/443", "tcp/80", "tcp/8001"].map((port) => `2.2 ${host} -> cmk 10.0.0.5 ${port}`),
);
const remoteRows = [
  "2.1 muc -> muc-web 10.1.0.9 icmp",
  "2.1 muc -> muc-web 10.1.0.9 tcp/6556",
  ...["tcp/443", "tcp/80", "tcp/8001"].map((port) => `2.2 muc-web -> muc 10.1.0.5 ${port}`),
  "3.1 cmk -> muc 10.1.0.5 tcp/443",
  "3.1 cmk -> muc 10.1.0.5 tcp/6560",
  "3.1 cmk -> muc 10.1.0.5 tcp/80",
  ...loopbackRows("muc"),
];
const brokerRows = [
  "3.1 cmk -> muc 10.1.0.5 tcp/5673",
  "3.2 muc -> cmk 10.0.0.5 tcp/5672",
  ...["cmk", "muc"].flatMap((name) =>
    ["15671", "25672"].flatMap((port) => ["127.0.0.1", "::1"].map((a) => `4 ${name} -> ${name} ${a} tcp/${port}`)),
  ),
];
const ldapRows = ["dc01", "dc02"].map((name) => `7 cmk -> ${name}.example.com ${name}.example.com tcp/3269`);
const licenceRow = "7 cmk -> license.checkmk.com license.checkmk.com tcp/443";

function loopbackRows(name: string): string[] {
  return ["127.0.0.1", "::1"].map((address) => `4 ${name} -> ${name} ${address} tcp/5000`);
}

/** What the catalog of 2.5 has besides. */
const newRows: readonly string[] = ["127.0.0.1", "::1"].flatMap((a) =>
  ["cmk", "muc"].map((n) => `4 ${n} -> ${n} ${a} tcp/4369`),
);

const expected: Readonly<Record<Version, readonly string[]>> = {
  // 2.1 tells no connections, so what is on the other site is left out.
  "2.1": [...hostRows, ...registrationRows, ...loopbackRows("cmk")],
  "2.3": [...hostRows, ...registrationRows, ...remoteRows, ...loopbackRows("cmk"), licenceRow],
  "2.4": [
    ...hostRows,
    ...registrationRows,
    ...remoteRows,
    ...brokerRows,
    ...loopbackRows("cmk"),
    ...ldapRows,
    licenceRow,
  ],
  // 2.5 has a chapter on relays, so what comes behind it has another number.
  "2.5": [
    ...hostRows,
    ...registrationRows,
    ...[...remoteRows, ...brokerRows, ...newRows, ...loopbackRows("cmk"), ...ldapRows, licenceRow].map((row) =>
      row.replace(/^4 /, "5 ").replace(/^7 /, "8 "),
    ),
  ],
};

describe.each(["2.1", "2.3", "2.4", "2.5"] as const)("Checkmk %s", (version) => {
  it("gives the expected plan row by row, with GET requests alone and no secret in what it writes", async () => {
    const standIn = await standIns.rest((url) => answersOf(version, hosts, `${url}/`));
    const ran = await importFrom(standIn, ["--address", "10.0.0.5"]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("Next: portmatrix plan") });
    const text = readFileSync(sandbox.path("portmatrix.yaml"), "utf8").replaceAll("main-server", "cmk");
    sandbox.write("portmatrix.yaml", text);
    const planned = await portmatrix(["plan", "--format", "csv"], { cwd: sandbox.path(".") });
    expect(planned.stderr).toBe("");
    expect(planRows(planned.stdout)).toEqual(expected[version].toSorted());
    for (const secret of [...secrets, "the-secret"])
      expect([text, ran.stdout, ran.stderr].join()).not.toContain(secret);
    expect(standIn.log.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(standIn.log.length).toBeGreaterThan(5);
  });
});

it("what was assumed or left out is in the file and on stderr", async () => {
  const standIn = await standIns.rest((url) => answersOf("2.4", hosts, `${url}/`));
  const { stderr } = await importFrom(standIn);
  const text = readFileSync(sandbox.path("portmatrix.yaml"), "utf8");
  for (const line of [
    "left out, because the nodes of a cluster are asked in its place: cluster1",
    "left out, because they have no address (no-ip): vm-piggy",
    "left out, because they are not monitored (offline): retired",
    'left out, because their site "gone" is not known: lost',
    "left out, because their address is none that can be asked: bad-address",
    "the usual port was assumed, because a rule of agent_ports has conditions that cannot be decided here: dual",
    "the special agent homemade is not in the catalog, so its ports are to be written under requirements: esx01",
    'no agent was assumed, because the tag "agent" says "own-kind", which is not known here: odd-tags',
    "the server's address was taken from the URL, and no other machine reaches it there; --address gives it: 127.0.0.1",
  ]) {
    expect(text).toContain(`# - ${line}\n`);
    expect(stderr).toContain(`portmatrix: note: ${line}\n`);
  }
  expect(stderr).toContain("portmatrix: secret: SNMP_1: SNMP community of sw01\n");
  expect(text).toContain("{ name: esx01, address: 10.0.4.1, special_agents: [ { vsphere: { port: 8443 } } ] }");
  expect(text).toContain('{ name: odd-name, address: 10.0.6.3 } # called "-odd name" in Checkmk');
});

it("5,000 hosts are in tables beside the topology, one for each set of credentials", async () => {
  const standIn = await standIns.rest((url) => answersOf("2.3", manyHosts(5000), `${url}/`));
  const ran = await importFrom(standIn, ["--address", "10.0.0.5"]);
  expect(ran.code).toBe(0);
  const files = readdirSync(sandbox.path(".")).toSorted();
  expect(files).toEqual([
    "portmatrix-hosts-2.csv",
    "portmatrix-hosts-3.csv",
    "portmatrix-hosts.csv",
    "portmatrix.yaml",
  ]);
  const planned = await portmatrix(["plan", "--format", "csv"], { cwd: sandbox.path(".") });
  expect(planned.code).toBe(0);
  const rows = planRows(planned.stdout);
  expect(rows.filter((row) => row.endsWith("icmp"))).toHaveLength(5000);
  expect(rows.filter((row) => row.endsWith("tcp/6556"))).toHaveLength(4500);
  expect(rows.filter((row) => row.endsWith("udp/161"))).toHaveLength(500);
});

it("a user who may see hosts only gets them, and is told what is missing", async () => {
  const forbidden = { status: 403, text: JSON.stringify({ title: "Forbidden", status: 403 }) };
  const special = {
    "/domain-types/site_connection/collections/all": forbidden,
    "/domain-types/ruleset/collections/all?used=true": forbidden,
    "/domain-types/ldap_connection/collections/all": forbidden,
    "/domain-types/internal/actions/discover-receiver/invoke": { status: 500, text: "no" },
  };
  const standIn = await standIns.rest((url) => answersOf("2.4", hosts, `${url}/`), { special });
  const { code, stderr } = await importFrom(standIn);
  expect(code).toBe(0);
  expect(stderr).toContain(
    "connections to other sites could not be read (403: the user lacks the permission wato.sites)",
  );
  expect(stderr).toContain("rules could not be read (403: the user lacks the permission wato.rulesets)");
  expect(stderr).toContain("LDAP connections could not be read (403: for administrators)");
  expect(stderr).toContain("the receiver's port could not be discovered; 8000 was assumed: main");
  expect(await portmatrix(["plan"], { cwd: sandbox.path(".") })).toMatchObject({ code: 0, stderr: "" });
});

it("a version that gives no effective attributes has those of the folders", async () => {
  const standIn = await standIns.rest(
    (url) => {
      const path = "/domain-types/host_config/collections/all";
      const answers = answersOf("2.1", [], url);
      const host = (id: string, folder: string, attributes: object) => ({ id, extensions: { folder, attributes } });
      return {
        ...answers,
        [path]: { value: [host("a", "/x/y", { ipaddress: "10.0.0.1" }), host("b", "/x", { tag_agent: "no-agent" })] },
        "/domain-types/folder_config/collections/all?parent=~&recursive=true": {
          value: [
            { id: "~", extensions: { path: "/", attributes: { tag_agent: "cmk-agent" } } },
            { id: "~x~y", extensions: { path: "/x/y", attributes: { tag_criticality: "offline" } } },
          ],
        },
      };
    },
    {
      special: {
        "/domain-types/host_config/collections/all?effective_attributes=true": { status: 400, text: '{"title":"Bad"}' },
      },
    },
  );
  const { code, stderr } = await importFrom(standIn);
  expect(code).toBe(0);
  expect(stderr).toContain("left out, because they are not monitored (offline): a\n");
  expect(readFileSync(sandbox.path("portmatrix.yaml"), "utf8")).toContain("{ name: b, address: b, agent: none }");
});

it("- writes the topology to stdout, hosts and all, which plan reads", async () => {
  const standIn = await standIns.rest((url) => answersOf("2.3", manyHosts(300), `${url}/`));
  const ran = await importFrom(standIn, ["--output", "-"]);
  expect(readdirSync(sandbox.path("."))).toEqual([]);
  expect(await portmatrix(["plan", "-"], { input: ran.stdout })).toMatchObject({ code: 0 });
});
