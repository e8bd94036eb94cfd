import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { portmatrix } from "../program.ts";
import { useSandbox } from "../sandbox.ts";
import { answersOf, hosts, secrets } from "./installation.ts";
import { planRows } from "./plan-rows.ts";
import { siteFiles } from "./site-files.ts";
import { useStandIns } from "./stand-in.ts";

const sandbox = useSandbox();
const standIns = useStandIns();
const importSite = (...more: string[]) =>
  portmatrix(["import", "site", "--root", "omd/main", "--address", "10.0.0.5", ...more], { cwd: sandbox.path(".") });

function writeSite(changes: Record<string, string> = {}): void {
  for (const [path, text] of Object.entries({ ...siteFiles(), ...changes })) sandbox.write(`omd/main/${path}`, text);
}

async function rowsOf(file: string): Promise<string[]> {
  sandbox.write(file, readFileSync(sandbox.path(file), "utf8").replaceAll("main-server", "cmk"));
  const planned = await portmatrix(["plan", file, "--format", "csv"], { cwd: sandbox.path(".") });
  expect(planned.code).toBe(0);
  return planRows(planned.stdout);
}

it.each([
  ["a pipe", "pipe", "pipe: is neither a directory nor a file; write a dump to a file first\n"],
  ["a path through a file", "key/main", "key/main: this is not the directory of a site"],
  [
    "a path through a device",
    "/dev/null/main",
    "/dev/null/main: cannot be read: a part of this path is not a directory\n",
  ],
  ["a name that is too long", "x".repeat(300), "cannot be read: the file name is too long\n"],
])("%s in place of a site is the user's mistake, not a bug", async (_name, root, message) => {
  sandbox.write("key/x", "");
  spawnSync("mkfifo", [sandbox.path("pipe")]);
  const ran = await portmatrix(["import", "site", "--root", root, "--output", "-"], { cwd: sandbox.path(".") });
  expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
});

it("a site's files give the plan that its REST interface gives, and what it has switched on besides", async () => {
  writeSite();
  symlinkSync("../../versions/2.4.0p18.cce", sandbox.path("omd/main/version"));
  const ran = await importSite("--output", "site.yaml");
  expect(ran).toMatchObject({ code: 0 });
  const { url } = await standIns.rest((url) => answersOf("2.4", hosts, `${url}/`));
  const args = [
    "--url",
    url,
    "--user",
    "automation",
    "--secret-env",
    "S",
    "--address",
    "10.0.0.5",
    "--output",
    "rest.yaml",
  ];
  const rest = await portmatrix(["import", "checkmk", ...args], { cwd: sandbox.path("."), env: { S: "the-secret" } });
  expect(rest.code).toBe(0);

  const [site, overRest] = [await rowsOf("site.yaml"), await rowsOf("rest.yaml")];
  const onlyFiles = site.filter((row) => !overRest.includes(row));
  const sending = new Set(site.flatMap((row) => /^2\.2 (\S+) -> cmk/.exec(row)?.[1] ?? []));
  // traps from devices, syslog from every host of the site, and the changed port of its web server
  const traps = ["sw01", "sw02", "sw03"].map((name) => `2.2 ${name} -> cmk 10.0.0.5 udp/162`);
  const syslog = [...sending].map((name) => `2.2 ${name} -> cmk 10.0.0.5 udp/514`);
  expect(onlyFiles.filter((row) => row.startsWith("2.2"))).toEqual(
    [...traps, ...syslog, "2.2 muc-web -> muc 10.1.0.5 tcp/8000"].toSorted(),
  );
  expect(onlyFiles.filter((row) => !row.startsWith("2.2"))).toEqual([
    "4 cmk -> cmk 127.0.0.1 tcp/5002",
    "4 cmk -> cmk ::1 tcp/5002",
  ]);
  // The receiver of the remote site is asked over REST alone.
  expect(overRest.filter((row) => !site.includes(row))).toEqual([
    "2.2 muc-web -> muc 10.1.0.5 tcp/8001",
    "4 cmk -> cmk 127.0.0.1 tcp/5000",
    "4 cmk -> cmk ::1 tcp/5000",
  ]);
  const text = readFileSync(sandbox.path("site.yaml"), "utf8");
  for (const secret of secrets) expect(text + ran.stdout + ran.stderr).not.toContain(secret);
});

const wato = "etc/check_mk/conf.d/wato";
describe("code in place of literals is refused by its line, and nothing is written", () => {
  it.each([
    [
      "a call",
      `${wato}/hosts.mk`,
      "all_hosts += ['a']\n__import__('os').system('touch /tmp/owned')\n",
      2,
      /__import__|expected/,
    ],
    ["a condition", `${wato}/hosts.mk`, "\n\nif True:\n  all_hosts += ['a']\n", 3, /code is not read/],
    ["an f-string", `${wato}/hosts.mk`, "all_hosts += [f'{1+1}']\n", 1, /code is not read/],
    ["a comprehension", `${wato}/rules.mk`, "agent_ports = [x for x in range(9)]\n", 1, /code is not read/],
    ["arithmetic", `${wato}/rules.mk`, "agent_ports = [{'value': 6000 * 2}]\n", 1, /is no Python literal/],
    ["another format", `${wato}/rules.mk`, "agent_ports = [{'value': '%s' % open('x')}]\n", 1, /code is not read/],
    ["a lambda", "etc/check_mk/multisite.d/sites.mk", "sites.update({'a': lambda: 1})\n", 1, /code is not read/],
    ["an open bracket", `${wato}/hosts.mk`, "all_hosts += ['a',\n", 2, /expected a literal, got the end/],
    ["an open quote", `${wato}/hosts.mk`, "all_hosts += ['a\n", 1, /a string is opened and never closed/],
    ["deep brackets", `${wato}/hosts.mk`, `all_hosts += ${"[".repeat(100_000)}\n`, 1, /at most 60 brackets/],
  ])("%s", async (_name, path, text, line, message) => {
    writeSite({ [path]: text });
    const ran = await importSite();
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
    expect(ran.stderr).toContain(`omd/main/${path}:${line}:`);
    expect(existsSync(sandbox.path("portmatrix.yaml"))).toBe(false);
  });
});

it("a directory that is no site's, and settings that a shell would run", async () => {
  sandbox.write("omd/main/other", "");
  expect(await importSite()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("omd/main: this is not the directory of a site: neither etc/omd/site.conf nor"),
  });
  writeSite({ "etc/omd/site.conf": "CONFIG_APACHE_TCP_PORT=$(id)\nCONFIG_MKEVENTD_SYSLOG='on'\nrm -rf /\n" });
  const ran = await importSite();
  expect(ran.stderr).toContain("a line of another form was left out: etc/omd/site.conf:1, etc/omd/site.conf:3");
  expect(readFileSync(sandbox.path("portmatrix.yaml"), "utf8")).toContain("syslog-udp");
});
