import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { portmatrix } from "../program.ts";
import { useSandbox } from "../sandbox.ts";

const sandbox = useSandbox();
const importList = (args: readonly string[], env: Record<string, string> = {}) =>
  portmatrix(["import", ...args, "--server", "10.0.0.5", "--output", "t.yaml"], { cwd: sandbox.path("."), env });

/** The topology that was written, which plan takes. */
async function written(): Promise<string> {
  expect(await portmatrix(["plan", "t.yaml"], { cwd: sandbox.path(".") })).toMatchObject({ code: 0, stderr: "" });
  return readFileSync(sandbox.path("t.yaml"), "utf8");
}

const inventory = {
  _meta: {
    hostvars: {
      web01: { ansible_host: "10.0.2.1", ansible_password: "hunter2hunter2", ansible_user: "root" },
      win01: { ansible_host: "win01.example.com", ansible_connection: "winrm" },
      sw01: { ansible_host: "10.0.3.1", ansible_connection: "ansible.netcommon.network_cli" },
      odd: { ansible_host: "{{ lookup('x') }}" },
    },
  },
  all: { children: ["ungrouped", "web"] },
  web: { hosts: ["web01", "db01.example.com"] },
};
const scan = `<?xml version="1.0"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap"><host><status state="up"/><address addr="10.0.2.1" addrtype="ipv4"/>
<address addr="00:00:5E:00:53:01" addrtype="mac"/><hostnames><hostname name="web01.example.com" type="PTR"/></hostnames>
<ports><port protocol="udp" portid="161"><state state="open"/></port></ports></host>
<host><status state="down"/><address addr="10.0.2.2" addrtype="ipv4"/></host>
<host><status state="up"/><address addr="2001:db8::3" addrtype="ipv6"/><hostnames/>
<ports><port protocol="tcp" portid="6556"><state state="closed"/></port></ports></host></nmaprun>`;
const table = "Asset;IP v4;Primary DNS;Location\nweb01;10.0.2.1;web01.example.com;Munich\nsw01;10.0.3.1;;Berlin\n;;;\n";

describe("ansible", () => {
  const hosts = [
    "  - { name: db01.example.com, address: db01.example.com }\n",
    "  - { name: sw01, address: 10.0.3.1, os: other, agent: none }\n",
    "  - { name: web01, address: 10.0.2.1 }\n",
    "  - { name: win01, address: win01.example.com, os: windows }\n",
  ].join("");

  it("reads the JSON of ansible-inventory, and of the variables the address and the connection alone", async () => {
    sandbox.write("hosts.json", inventory);
    const ran = await importList(["ansible", "hosts.json"]);
    expect(ran.code).toBe(0);
    const text = await written();
    expect(text).toContain(`hosts:\n${hosts}`);
    expect(text + ran.stdout + ran.stderr).not.toContain("hunter2");
    expect(ran.stderr).toContain("left out, because their address is none that can be asked: odd\n");
    expect(ran.stderr).toContain("no agent was assumed, because Ansible talks to a network device there: sw01\n");
  });

  it("starts ansible-inventory for anything else, and says what it said", async () => {
    sandbox.write("out.json", inventory);
    const program = `#!/bin/sh\n[ "$1 $2 $3" = "-i hosts.ini --list" ] && exec cat out.json\necho "bad inventory" >&2\nexit 4\n`;
    sandbox.write("bin/ansible-inventory", program, 0o755);
    const env = { PATH: `${sandbox.path("bin")}:${process.env["PATH"]}` };
    expect(await importList(["ansible", "other.ini"], env)).toMatchObject({
      code: 2,
      stderr: "other.ini: ansible-inventory ended with 4: bad inventory\n",
    });
    expect((await importList(["ansible", "hosts.ini"], env)).code).toBe(0);
    expect(await written()).toContain(hosts);
  });

  it.each([
    ["no program", "hosts.ini", /ansible-inventory is not installed here/],
    ["no JSON", "x.json", /x\.json: this is not JSON as ansible-inventory --list writes it/],
    ["other JSON", "y.json", /y\.json: this is not what ansible-inventory --list writes/],
  ])("%s", async (_name, file, message) => {
    sandbox.write("x.json", "{ vault: hunter2");
    sandbox.write("y.json", { hello: 1 });
    const env = { PATH: sandbox.path("nothing") };
    expect(await importList(["ansible", file], env)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });
});

describe("nmap", () => {
  it("takes the hosts that were up, with their first name or one of their address", async () => {
    sandbox.write("scan.xml", scan);
    const ran = await importList(["nmap", "scan.xml"]);
    expect(ran.code).toBe(0);
    expect(await written()).toContain(
      "hosts:\n  - { name: web01.example.com, address: 10.0.2.1 }\n  - { name: host-2001-db8--3, address: 2001:db8::3 }\n",
    );
    expect(ran.stderr).toContain("SNMP answered the scan; write snmp: if it is to be asked: web01.example.com\n");
    expect(ran.stderr).toContain("port 6556 was closed when it was scanned: host-2001-db8--3\n");
  });

  it.each([
    [
      "another document",
      "<html></html>",
      /scan\.xml:1:\d+: this is not the XML of nmap \(-oX\): it begins with <html>/,
    ],
    ["half a document", scan.slice(0, 200), /scan\.xml:\d+:\d+: this is no XML/],
    ["text", "Nmap scan report", /scan\.xml:1:\d+: this is no XML/],
    ["nothing", "", /scan\.xml/],
    [
      "an entity that grows",
      `<!DOCTYPE nmaprun [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nmaprun><host>&b;</host></nmaprun>`,
      /this is no XML: undefined entity/,
    ],
  ])("%s is refused", async (_name, text, message) => {
    sandbox.write("scan.xml", text);
    expect(await importList(["nmap", "scan.xml"])).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(existsSync(sandbox.path("t.yaml"))).toBe(false);
  });
});

describe("csv", () => {
  it("takes columns of any name by --map", async () => {
    sandbox.write("assets.csv", table);
    const ran = await importList(["csv", "assets.csv", "--map", "name=Asset", "--map", "address=IP v4+primary dns"]);
    expect(ran.code).toBe(0);
    expect(await written()).toContain(
      "hosts:\n  - { name: web01, address: [ 10.0.2.1, web01.example.com ] }\n  - { name: sw01, address: 10.0.3.1 }\n",
    );
    expect(ran.stderr).toContain("columns that were not read");
    expect(ran.stderr).toContain(": Location\n");
  });

  it("knows the usual headings by themselves", async () => {
    sandbox.write("hosts.csv", "Hostname,IP Address,OS,Ping,Site\na,10.0.0.1,Windows,no,main\nb,10.0.0.2,BSD,,\n");
    const ran = await importList(["csv", "hosts.csv"]);
    expect(ran.stderr).toContain('"BSD" is not one of linux, windows, other, so the system was left out: b\n');
    expect(await written()).toContain(
      "  - { name: a, address: 10.0.0.1, os: windows, ping: false }\n  - { name: b, address: 10.0.0.2 }\n",
    );
  });

  it.each([
    [["--map", "name=Nope"], /assets\.csv:1: no heading is "Nope"; headings: Asset, IP v4, Primary DNS, Location/],
    [["--map", "colour=Asset"], /--map: "colour=Asset" is not COLUMN=HEADING; columns: name, address/],
    [["--site", "a b"], /--site: "a b" is not the name of a site/],
  ])("%s", async (more, message) => {
    sandbox.write("assets.csv", table);
    const ran = await importList(["csv", "assets.csv", ...more]);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
  });

  it("wants the server, which no list tells", async () => {
    sandbox.write("assets.csv", table);
    expect(await portmatrix(["import", "csv", "assets.csv"], { cwd: sandbox.path(".") })).toMatchObject({
      code: 2,
      stderr: "--server: the address of the Checkmk server, which a list of hosts does not tell\n",
    });
  });
});
