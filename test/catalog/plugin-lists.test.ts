import { describe, expect, it } from "vitest";
import { type Plugin, type PluginList, pluginListSchema } from "../../src/model/plugin/plugin.ts";
import { allPluginRules } from "./plugin-rules/all-plugin-rules.ts";
import { shippedLists } from "./read-catalog.ts";

const lists = shippedLists();
const lint = (list: PluginList): Record<string, string[]> =>
  Object.fromEntries(
    allPluginRules.map(({ name, check }) => [name, check(list)] as const).filter(([, all]) => all.length > 0),
  );

const sound = {
  name: "thing",
  title: "A thing",
  connections: [{ protocol: "tcp", port: 443, tls: "always", speaks: "http", target: "host" }],
  versions: "all",
  sure: "code",
  source: "cmk:agents/thing.py@01234567",
  url: "https://github.com/Checkmk/checkmk/blob/01234567/agents/thing.py",
};
const listWith = (...changes: Record<string, unknown>[]): PluginList =>
  pluginListSchema.parse({
    kind: "special-agents",
    title: "Agents",
    url: "https://example.com",
    source: "example",
    plugins: changes.map((change) => ({ ...sound, ...change })),
  });

describe("the lists of plug-ins", () => {
  it("are as long as they should be", () => {
    const lengths = Object.fromEntries(lists.map(({ list }) => [list.kind, list.plugins.length]));
    expect(lengths["special-agents"]).toBeGreaterThanOrEqual(55);
    expect(lengths["active-checks"]).toBeGreaterThanOrEqual(20);
    expect(Object.keys(lengths)).toEqual(["special-agents", "active-checks", "notifications", "exports"]);
  });

  it.each(lists)("$path passes every rule", ({ list }) => {
    expect(lint(list)).toEqual({});
  });

  it.each(lists)("$path is in alphabetical order, but for names that begin with a digit elsewhere", ({ list }) => {
    const names = list.plugins.map(({ name, aliases }) => aliases?.find((one) => /^\d/.test(one)) ?? name);
    expect(names).toEqual(names.toSorted());
  });
});

describe("failing examples", () => {
  it("start from a list that passes every rule", () => {
    expect(lint(listWith({}))).toEqual({});
  });

  it.each(allPluginRules)("$name says why it is there", ({ why }) => {
    expect(why).toMatch(/^\S.{30,}\.$/);
  });

  const cases: [string, Partial<Record<keyof Plugin, unknown>>[], string][] = [
    ["source-is-cited", [{ source: "somebody said so" }], "names neither a file at a commit nor a page"],
    ["source-is-cited", [{ source: "https://example.com" }], "it is said to be read, but the source names no commit"],
    [
      "url-is-of-the-source",
      [{ url: "https://github.com/Checkmk/checkmk/blob/76543210/agents/thing.py" }],
      "is not at commit",
    ],
    ["unique-plugin-names", [{}, { name: "other", aliases: ["thing"] }], "thing: is there twice"],
    ["short-heading", [{ name: "a_very_long_name" }], "needs short"],
    ["silence-is-explained", [{ connections: undefined }], "says why"],
    ["silence-is-explained", [{ connections: [{ protocol: "tcp", target: "host" }] }], "needs a note"],
    ["types-or-connections", [{ types: { one: sound.connections } }], "has connections and types both"],
    ["types-or-connections", [{ default_type: "one" }], "has no type one"],
    ["cloud-hosts", [{ connections: [{ ...sound.connections[0], hosts: ["a.example.com"] }] }], "its target is host"],
    ["cloud-hosts", [{ connections: [{ protocol: "tcp", port: 80, target: "cloud" }] }], "without TLS"],
  ];
  it.each(cases)("%s refuses %j", (rule, plugins, words) => {
    const found = lint(listWith(...plugins));
    expect(Object.keys(found)).toEqual([rule]);
    expect(found[rule]?.join()).toContain(words);
  });
});
