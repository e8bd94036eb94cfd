import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InputError } from "../model/text/problem.ts";
import { loadPluginList, loadRoster, parsePluginList } from "./plugins.ts";

const catalogs = fileURLToPath(new URL("../../catalog/", import.meta.url));

describe("lists of plug-ins", () => {
  it("are found by product and kind, and a product may have none", async () => {
    expect((await loadPluginList("exports", catalogs, "checkmk"))?.kind).toBe("exports");
    expect(await loadPluginList("exports", catalogs, "acme")).toBeUndefined();
    const roster = await loadRoster(catalogs, "checkmk");
    expect(roster["special-agents"].get("3par")?.name).toBe("three_par");
    expect((await loadRoster(catalogs, "acme"))["special-agents"].size).toBe(0);
  });

  it("are checked, and every mistake has its place", () => {
    const text =
      "kind: exports\ntitle: Exports\nurl: https://example.com\nsource: test\nplugins:\n  - { name: A B, title: x }\n";
    expect(() => parsePluginList(text, "e.yaml")).toThrow(InputError);
    expect(() => parsePluginList(text, "e.yaml")).toThrow(/e\.yaml:6:\d+: plugins\[0\]: the key "source" is missing/);
  });
});
