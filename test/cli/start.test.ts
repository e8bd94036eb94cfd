import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

/** The files that Node reads before the command line is known, and the packages bundled into them. */
function readAtStart(entry: string): { files: string[]; packages: string[] } {
  const texts = new Map<string, string>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (texts.has(path)) continue;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    // A static import stands at the start of a line or closes one of several lines; `import(` does not match.
    for (const [, to = ""] of text.matchAll(/^(?:import |\} from )"(\.\/[^"]+)"/gm)) open.push(join(dirname(path), to));
  }
  const packages = [...texts.values()].flatMap((text) =>
    Array.from(text.matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm), ([, name = ""]) => name),
  );
  return { files: [...texts.keys()], packages: [...new Set(packages)].toSorted() };
}

const dist = join(import.meta.dirname, "../../dist");

it("reads no package but the command line's before it knows which command is meant", () => {
  const { files, packages } = readAtStart(join(dist, "cli.js"));
  expect(files.length).toBeGreaterThan(3);
  expect(packages).toEqual(["commander"]);
});

it("would notice the schemas' package", () => {
  const chunks = readFileSync(join(dist, "cli.js"), "utf8").match(/import\("\.\/chunks\/[^"]+"\)/g) ?? [];
  const later = chunks.flatMap((text) => readAtStart(join(dist, text.slice(8, -2))).packages);
  expect(later).toContain("zod");
});
