import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InputError } from "../model/text/problem.ts";
import { listCatalogs, loadCatalog } from "./catalog.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/load/", import.meta.url));
const catalogs = join(fixtures, "catalogs");

async function refusal(id: string): Promise<string> {
  const error: unknown = await loadCatalog(id, catalogs).catch((reason: unknown) => reason);
  if (!(error instanceof InputError)) throw new Error(`${id} was accepted`);
  return error.message.replaceAll(fixtures, "");
}

describe("loadCatalog", () => {
  it("lists versions in numeric order and nothing but catalogs", async () => {
    expect(await listCatalogs(catalogs)).toEqual(["acme/1.9", "acme/1.10"]);
  });

  it.each([
    ["acme", "1.10"],
    ["acme/1.9", "1.9"],
    [join(catalogs, "acme/1.9.yaml"), "1.9"],
  ])("%s is version %s", async (id, version) => {
    expect(await loadCatalog(id, catalogs)).toMatchObject({ product: "acme", version });
  });

  it.each([
    [
      "acne",
      'catalog: no catalog is called "acne"; did you mean "acme"? Catalogs: acme/1.9, acme/1.10, or a path to a .yaml file',
    ],
    [
      "acme/2",
      'catalog: no catalog is called "acme/2"; the newest is acme/1.10. Catalogs: acme/1.9, acme/1.10, or a path to a .yaml file',
    ],
    ["my.yaml", "my.yaml: there is no such file"],
    [
      "1.10",
      'catalog: no catalog is called "1.10"; write acme/1.10. Catalogs: acme/1.9, acme/1.10, or a path to a .yaml file',
    ],
    ["../x", 'catalog: no catalog is called "../x"; catalogs: acme/1.9, acme/1.10, or a path to a .yaml file'],
  ])("refuses %s", async (id, expected) => expect(await refusal(id)).toBe(expected));

  it("places every problem of a catalog", async () => {
    expect((await refusal(join(fixtures, "broken-catalog.yaml"))).split("\n")).toEqual([
      'broken-catalog.yaml:12:15: sections[0].requirements[0].from: "hosts" is not one of central, checkmk-server, cluster-node, container-registry, directory-server, dns-server, host, license-server and 5 more; did you mean "host"?',
      "broken-catalog.yaml:15:15: sections[0].requirements[0].port: port 443000 is out of range: 1 to 65535",
      'broken-catalog.yaml:18:9: sections[0].requirements[0].porpose: unknown key "porpose"; did you mean "purpose"?',
    ]);
    expect((await refusal(join(fixtures, "duplicate-catalog.yaml"))).split("\n")).toEqual([
      'duplicate-catalog.yaml:21:13: sections[0].requirements[1].id: the requirement "web" stands twice in section 1',
      'duplicate-catalog.yaml:31:9: sections[1].id: the section "1" stands here twice',
    ]);
  });

  it("names the place that asked, and says when nothing is installed", async () => {
    const empty = await mkdtemp(join(tmpdir(), "portmatrix-catalog-"));
    await mkdir(join(empty, "acme"));
    const asked = loadCatalog("acme", empty, { file: "t.yaml", line: 1, column: 10, path: "catalog" });
    await expect(asked).rejects.toThrow(
      't.yaml:1:10: catalog: no catalog is called "acme"; catalogs: none is installed',
    );
    await rm(empty, { recursive: true });
  });
});
