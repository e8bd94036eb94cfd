import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import type { ListInventory } from "./inventory-hosts.ts";
import { loadTopology } from "./topology.ts";

const folder = mkdtempSync(join(tmpdir(), "portmatrix-inventory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As ansible-inventory 2.14 writes it: groups within groups, one of them in a circle. */
const listed = {
  _meta: {
    hostvars: {
      web01: { ansible_host: "10.0.2.1", ansible_password: "hunter2hunter2" },
      win01: { ansible_host: "10.0.2.9", ansible_connection: "winrm" },
      sw01: { ansible_host: "10.0.3.1", ansible_connection: "network_cli" },
    },
  },
  all: { children: ["ungrouped", "linux", "windows", "devices"] },
  linux: { children: ["web", "databases"] },
  web: { hosts: ["web01"], children: ["linux"] },
  databases: { hosts: ["db01.example.com"] },
  windows: { hosts: ["win01"] },
  devices: { hosts: ["sw01"] },
  empty: {},
};
writeFileSync(join(folder, "hosts.json"), JSON.stringify(listed));
writeFileSync(
  join(folder, "odd.json"),
  JSON.stringify({ _meta: { hostvars: { odd: { ansible_host: "{{ x }}" } } }, all: { hosts: ["odd", "a b"] } }),
);

let files = 0;
async function load(hosts: readonly unknown[], listInventory?: ListInventory) {
  const file = join(folder, `topology-${(files += 1)}.json`);
  writeFileSync(
    file,
    JSON.stringify({ server: { name: "cmk", address: "10.0.0.5", sites: ["main"] }, hosts }, null, 1),
  );
  return loadTopology(file, listInventory === undefined ? {} : { listInventory });
}
async function complaintsOf(hosts: readonly unknown[]): Promise<string[]> {
  try {
    await load(hosts);
  } catch (error) {
    if (error instanceof InputError)
      return error.problems.map(({ line, message }) => `${line}: ${message}`.replaceAll(folder, ""));
    throw error;
  }
  return [];
}
const namesOf = async (entry: object): Promise<string[]> =>
  (await load([entry])).topology.hosts.map(({ name }) => name);

describe("hosts of an inventory", () => {
  it.each<[string, object, string[]]>([
    ["all", {}, ["db01.example.com", "sw01", "web01", "win01"]],
    ["those of a group", { group: "databases" }, ["db01.example.com"]],
    ["those of its children", { group: "linux" }, ["db01.example.com", "web01"]],
    ["the group of all", { group: "all" }, ["db01.example.com", "sw01", "web01", "win01"]],
  ])("%s", async (_name, more, names) => {
    expect(await namesOf({ ansible: "hosts.json", ...more })).toEqual(names);
  });

  it("have what the entry says, else what their connection tells", async () => {
    const { topology } = await load([{ ansible: "hosts.json", ping: false }]);
    expect(topology.hosts).toMatchObject([
      { name: "db01.example.com", address: ["db01.example.com"], os: "linux", agent: "pull", ping: false },
      { name: "sw01", address: ["10.0.3.1"], os: "other", agent: "none", ping: false },
      { name: "web01", address: ["10.0.2.1"], os: "linux" },
      { name: "win01", address: ["10.0.2.9"], os: "windows" },
    ]);
    const said = await load([{ ansible: "hosts.json", group: "devices", agent: "pull", os: "linux" }]);
    expect(said.topology.hosts).toMatchObject([{ name: "sw01", os: "linux", agent: "pull" }]);
    expect(JSON.stringify(topology)).not.toContain("hunter2");
  });

  it("are those of ansible-inventory where the file is no saved list; a file is listed once", async () => {
    const asked: string[] = [];
    const list: ListInventory = (file) => {
      asked.push(file);
      return Promise.resolve(JSON.stringify(listed));
    };
    const entries = ["databases", "windows"].map((group) => ({ ansible: "inventory.yml", group }));
    const { topology } = await load(entries, list);
    expect(topology.hosts.map(({ name }) => name)).toEqual(["db01.example.com", "win01"]);
    expect(asked).toEqual([join(folder, "inventory.yml")]);
  });

  it.each<[string, object, string]>([
    [
      "no such group",
      { ansible: "hosts.json", group: "linx" },
      '/hosts.json has no group "linx"; did you mean "linux"?',
    ],
    ["an empty group", { ansible: "hosts.json", group: "empty" }, 'the group "empty" of /hosts.json has no hosts'],
    ["a group of every object", { ansible: "hosts.json", group: "toString" }, '/hosts.json has no group "toString"'],
    ["no such file", { ansible: "none.json" }, "no such file"],
    ["no program", { ansible: "inventory.yml" }, "ansible-inventory is not started here"],
    ["a comma", { ansible: "a,b.json" }, "an inventory whose name has a comma cannot be given to Ansible"],
    ["an address of none", { ansible: "odd.json" }, 'the address of "odd" is none that can be asked: "{{ x }}"'],
    ["a key that is not known", { ansible: "hosts.json", groups: "linux" }, "unknown key"],
    ["a range beside it", { ansible: "hosts.json", name: "web[1-2]" }, "unknown key"],
  ])("%s is refused, with the entry's line", async (_name, entry, message) => {
    const complaints = await complaintsOf([entry]);
    expect(complaints.join("\n")).toContain(message);
    expect(complaints.every((one) => /^\d+: /.test(one))).toBe(true);
  });

  it("with a name that no node can have are refused", async () => {
    writeFileSync(
      join(folder, "blank.json"),
      JSON.stringify({ _meta: { hostvars: { "a b": { ansible_host: "10.0.0.9" } } } }),
    );
    expect((await complaintsOf([{ ansible: "blank.json" }])).join()).toContain("name");
  });
});
