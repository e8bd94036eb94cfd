import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logoLimit, reportHeadSchema } from "../model/topology/report-head.ts";
import { readLogo } from "./logo.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "portmatrix-logo-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Uint8Array): Promise<string> {
  const file = join(folder, "logo");
  await writeFile(file, content);
  const found = await readLogo(file);
  return "uri" in found ? found.uri : found.problem;
}
const svg = (inside: string, root = "") => `<svg xmlns="http://www.w3.org/2000/svg"${root}>${inside}</svg>`;

describe("readLogo", () => {
  it.each([
    ["image/png", Buffer.from("89504e470d0a1a0a00", "hex")],
    ["image/jpeg", Buffer.from("ffd8ffe000", "hex")],
    ["image/svg+xml", svg('<path d="M0 0h9"/>')],
    ["image/svg+xml", svg('<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use href="#a"/>')],
  ])("takes %s as a data URI that a run record may hold", async (kind, content) => {
    const uri = await read(content);
    expect(uri).toMatch(new RegExp(`^data:${kind.replace("+", "\\+")};base64,`));
    expect(reportHeadSchema.safeParse({ logo: uri }).success).toBe(true);
  });

  it.each([
    ["a script", svg("<script>alert(1)</script>"), "this SVG has the element script; save it as plain SVG"],
    ["a script of an event", svg("", ' onload="alert(1)"'), "this SVG has the script onload; save it as plain SVG"],
    ["foreign markup", svg("<foreignObject/>"), "this SVG has the element foreignObject; save it as plain SVG"],
    [
      "a link",
      svg('<image href="http://192.0.2.1/x.png"/>'),
      "this SVG has a link to another file; save it as plain SVG",
    ],
    [
      "a style that loads",
      svg("<style>a{fill:url(//x/y)}</style>"),
      "this SVG has a link to another file; save it as plain SVG",
    ],
    [
      "entities",
      `<!DOCTYPE svg [<!ENTITY a "b">]>${svg("")}`,
      "this SVG has entities of its own; save it as plain SVG",
    ],
    ["a page", "<html></html>", "this is no PNG, JPEG or SVG; name a logo in one of these formats"],
    ["text", "logo", "this is no PNG, JPEG or SVG; name a logo in one of these formats"],
    ["something long", Buffer.alloc(logoLimit + 1), "the file is 200 kB long; at most 200 kB are read"],
  ])("refuses %s", async (_, content, problem) => {
    expect(await read(content)).toBe(problem);
  });

  it("a record with another kind of address is refused", () => {
    for (const logo of ["https://192.0.2.1/x.png", "data:text/html;base64,AAAA", "javascript:alert(1)"])
      expect(reportHeadSchema.safeParse({ logo }).success).toBe(false);
  });
});
