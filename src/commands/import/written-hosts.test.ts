import { stringify } from "csv-stringify/sync";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseDocument } from "yaml";
import type { Draft, DraftHost } from "../../import/draft/draft.ts";
import { renderDraft, yamlStyle } from "../../import/draft/render.ts";
import { changesOf } from "../../import/update/host-changes.ts";
import { keepLines } from "../../import/update/keep-lines.ts";
import { updateTopology } from "../../import/update/update.ts";
import { nameOf } from "../../import/update/written.ts";
import { writtenHosts } from "./written-hosts.ts";

const communities = [undefined, { env: "SNMP_1" }, { env: "SNMP_2" }];
const address = fc
  .oneof(fc.ipV4(), fc.ipV6())
  .map((text) => new URL(`http://${text.includes(":") ? `[${text}]` : text}`).hostname.replaceAll(/[[\]]/g, ""));
const settings = fc.record(
  {
    addresses: fc.array(address, { minLength: 1, maxLength: 2 }),
    os: fc.constantFrom("linux" as const, "windows" as const),
    agent: fc.constantFrom("pull" as const, "push" as const, "none" as const),
    site: fc.constantFrom("main", "muc"),
    community: fc.constantFrom(...communities),
    calls: fc.constantFrom(undefined, ["ssh"], [{ httpv2: { port: 8443 } }]),
  },
  { requiredKeys: ["addresses", "agent", "site", "community", "calls"] },
);
const hostOf = (name: string, of: typeof settings extends fc.Arbitrary<infer Of> ? Of : never): DraftHost => ({
  name,
  addresses: of.addresses,
  site: of.site,
  agent: of.agent,
  ...(of.os === undefined ? {} : { os: of.os }),
  ...(of.community === undefined ? {} : { snmp: { version: "2c" as const, community: of.community } }),
  ...(of.calls === undefined ? {} : { active_checks: of.calls }),
});
const draftOf = (hosts: readonly DraftHost[]): Draft => ({
  header: ["Imported."],
  server: { name: "cmk", addresses: ["10.0.0.5"], sites: [{ name: "main" }, { name: "muc" }] },
  remoteSites: [],
  hosts,
  notices: [],
  secrets: [],
});
/** Many hosts are alike, so that they become tables; some are not. */
const many = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: settings.map((of) => ({ ...of, community: undefined, calls: undefined })) },
      { weight: 1, arbitrary: settings },
    ),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((all) => all.map((of, index) => hostOf(`h${index}`, of)));

async function update(files: Map<string, string>, draft: Draft, isAddressGiven = false) {
  const before = files.get("t.yaml") ?? "";
  const document = parseDocument(before);
  const { hosts = [] } = document.toJSON() as { hosts?: unknown[] };
  const rewritten = document.toString(yamlStyle);
  const written = await writtenHosts(hosts, "t.yaml", async (file) => files.get(file) ?? "");
  const { lines, remarks, tables } = updateTopology(document, draft, written, { isAddressGiven });
  const text = document.toString(yamlStyle);
  return {
    lines,
    remarks,
    files: new Map([...files, ...tables, ["t.yaml", text === rewritten ? before : keepLines(before, rewritten, text)]]),
  };
}
function filesOf(draft: Draft): Map<string, string> {
  const { document, tables } = renderDraft(draft, { stem: "t", most: 20 });
  const named = tables.map(
    ({ file, columns, rows }) => [file, stringify([[...columns], ...rows.map((row) => [...row])])] as const,
  );
  return new Map([["t.yaml", document.toString(yamlStyle)], ...named]);
}

it("what the source tells a second time changes no byte, and what it tells otherwise is all that changes", () =>
  fc.assert(
    fc.asyncProperty(many, many, async (first, second) => {
      const files = filesOf(draftOf(first));
      const same = await update(files, draftOf(first));
      expect([same.lines, same.remarks]).toEqual([[], []]);
      expect(same.files).toEqual(files);
      const changed = await update(files, draftOf(second));
      const { hosts = [] } = parseDocument(changed.files.get("t.yaml") ?? "").toJSON() as { hosts?: unknown[] };
      const now = await writtenHosts(hosts, "t.yaml", async (file) => changed.files.get(file) ?? "");
      const all = now.flatMap((item) =>
        item.kind === "entry" ? item.hosts : item.table.rows.flatMap((row) => row.hosts),
      );
      expect(new Set(all.map(nameOf)).size).toBe(Math.max(first.length, second.length));
      expect(all).toHaveLength(Math.max(first.length, second.length));
      for (const host of second) {
        const written = all.find((one) => nameOf(one) === host.name);
        expect(changesOf(written ?? {}, host, "main")).toEqual([]);
      }
      expect((await update(changed.files, draftOf(second))).lines).toEqual([]);
    }),
    { numRuns: 15 },
  ));

const server = "server: { name: cmk, address: 10.0.0.5, sites: [main, muc] }\n";
const host = (name: string, address: string, more: Partial<DraftHost> = {}): DraftHost => ({
  name,
  addresses: [address],
  ...more,
});
const after = async (files: Record<string, string>, ...hosts: DraftHost[]) =>
  update(new Map(Object.entries(files)), draftOf(hosts));

it.each<[string, string, DraftHost[], string[]]>([
  [
    "a host that moved leaves its range, which goes on without it",
    '  - { name: "sw[01-04]", address: "10.0.3.[1-4]", agent: none } # the rack\n',
    [host("sw02", "10.0.9.9")],
    [
      '  - { name: "sw[01,03-04]", address: "10.0.3.[1,3-4]", agent: none } # the rack',
      "  - { name: sw02, address: 10.0.9.9, agent: none }",
    ],
  ],
  [
    "a range whose hosts all changed alike stays one",
    '  - { name: "sw[1-2]", address: "10.0.3.[1-2]" }\n',
    [host("sw1", "10.0.3.1", { agent: "push" }), host("sw2", "10.0.3.2", { agent: "push" })],
    ['  - { name: "sw[1-2]", address: "10.0.3.[1-2]", agent: push }'],
  ],
  [
    "a network is written out, because it cannot count without one",
    "  - { name: n, network: 10.0.3.0/30 } # lab\n",
    [host("n-10-0-3-1", "10.0.3.1", { os: "windows" })],
    ["  - { name: n-10-0-3-1, address: 10.0.3.1, os: windows } # lab", "  - { name: n-10-0-3-2, address: 10.0.3.2 }"],
  ],
])("%s", async (_what, entry, hosts, lines) => {
  const changed = await after({ "t.yaml": `${server}hosts:\n${entry}` }, ...hosts);
  const text = changed.files.get("t.yaml") ?? "";
  expect(text).toBe(`${server}hosts:\n${lines.join("\n")}\n`);
});

it("of a table the cells that changed are written, and a person's columns, rows, quotes and line ends stay", async () => {
  const csv =
    '\uFEFFsep=;\r\nAgent;"Name";IPv4 address;IPv6;ping\r\n;web01;"10.0.2.1";2001:db8::1;no\r\npush;"own";10.7.7.7;;\r\n\r\n;web02;10.0.2.2;;\r\n';
  const files = {
    "t.yaml": `${server}hosts:\n    - include: h.csv\n    # below\n    - {name: "x", address: 10.0.0.9}\n`,
    "h.csv": csv,
  };
  const changed = await after(
    files,
    { name: "web01", addresses: ["10.0.2.9", "2001:db8::1"], agent: "none" },
    host("web02", "10.0.2.2"),
    host("x", "10.0.0.9", { agent: "push" }),
    host("new", "10.0.2.3"),
  );
  expect(changed.files.get("h.csv")).toBe(
    csv.replace(';web01;"10.0.2.1"', "none;web01;10.0.2.9") + ";new;10.0.2.3;;\r\n",
  );
  expect(changed.files.get("t.yaml")).toBe(
    files["t.yaml"].replace('{name: "x", address: 10.0.0.9}', '{ name: "x", address: 10.0.0.9, agent: push }'),
  );
  expect(changed.lines.toSorted()).toEqual([
    "+ new 10.0.2.3 (h.csv)",
    '~ web01: address ["10.0.2.1","2001:db8::1"] -> ["10.0.2.9","2001:db8::1"] (h.csv)',
    '~ web01: agent (default) -> "none" (h.csv)',
    '~ x: agent (default) -> "push"',
  ]);
  expect(changed.remarks).toEqual([expect.stringMatching(/own$/)]);
});

it("what no column can say stands at the table if all rows have it, else the row moves into the topology", async () => {
  const files = {
    "t.yaml": `${server}hosts:\n  - { include: h.csv, snmp: { version: 2c, community: { env: A } } }\n`,
    "h.csv": "name,address\na,10.0.0.1\nb,10.0.0.2\n",
  };
  const ports = { snmp: 1161 };
  const all = await after(files, host("a", "10.0.0.1", { ports }), host("b", "10.0.0.2", { ports }));
  expect(all.files.get("t.yaml")).toContain("community: { env: A } }, ports: { snmp: 1161 } }");
  expect(all.files.get("h.csv")).toBe(files["h.csv"]);
  const one = await after(files, host("a", "10.0.0.1", { ports }), host("b", "10.0.0.2"));
  expect(one.files.get("h.csv")).toBe("name,address\nb,10.0.0.2\n");
  expect(one.files.get("t.yaml")).toContain(
    "  - { snmp: { version: 2c, community: { env: A } }, name: a, address: 10.0.0.1, ports: { snmp: 1161 } }",
  );
});

it("a remote server that moved gets its address, unless keep stands there; the central one only where it is given", async () => {
  const draft: Draft = {
    ...draftOf([]),
    remoteSites: [{ name: "r", addresses: ["10.1.0.5"], sites: [{ name: "far" }] }],
  };
  const lines = async (remote: string, isAddressGiven?: boolean) => {
    const old = `server: { name: cmk, address: 10.0.0.77, sites: [main, muc] }\nremote_sites:\n  - name: r2\n    address: ${remote}\n    sites: [far]\n`;
    return (await update(new Map([["t.yaml", old]]), draft, isAddressGiven)).lines;
  };
  const moved = '~ server r2: address "10.66.0.1" -> "10.1.0.5"';
  expect(await lines("10.66.0.1 # by hand")).toEqual([moved]);
  expect(await lines("10.66.0.1", true)).toEqual(['~ server cmk: address "10.0.0.77" -> "10.0.0.5"', moved]);
  expect(await lines("10.66.0.1 # keep: NAT")).toEqual([]);
  expect(await lines('[10.1.0.5, "2001:db8::5"]')).toEqual([]);
});
