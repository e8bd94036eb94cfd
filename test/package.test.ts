import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(`${root}${file}`, "utf8");
const manifest = JSON.parse(read("package.json")) as Record<string, unknown> & { version: string };
const npm = (...words: string[]): string =>
  execFileSync("npm", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

describe("the package", () => {
  const [packed] = JSON.parse(npm("pack", "--dry-run", "--json", "--ignore-scripts")) as {
    files: { path: string }[];
    unpackedSize: number;
  }[];
  const paths = packed?.files.map(({ path }) => path) ?? [];

  it("has what the program and its users need", () => {
    const needed = ["bin/portmatrix.cjs", "dist/cli.cjs", "dist/agent.cjs", "dist/catalog/checkmk/2.5.json"];
    const texts = ["README.md", "LICENSE", "CHANGELOG.md", "man/portmatrix.1", "docs/README.md"].filter((path) =>
      existsSync(`${root}${path}`),
    );
    const more = ["worker/sockets.py", "catalog/checkmk/2.5.yaml", "schema/topology.schema.json"];
    const library = ["dist/library/portmatrix.js", "dist/library/portmatrix.d.ts"];
    expect(paths).toEqual(expect.arrayContaining([...needed, ...texts, ...more, ...library]));
  });

  it("names every man page, because npm links no directory of them", () => {
    const pages = paths.filter((path) => path.startsWith("man/"));
    expect(pages.length).toBeGreaterThan(15);
    expect(manifest["man"]).toEqual(pages.toSorted());
  });

  it("has no tests, sources, tools or pictures, and no file of the library beside its bundle", () => {
    const kinds = /^(bin|man|catalog|schema|examples|integrations|docs|worker|dist\/(chunks|catalog|library))\//;
    const single = new Set([
      "dist/cli.cjs",
      "dist/compiled.bin",
      "dist/agent.cjs",
      "package.json",
      "README.md",
      "LICENSE",
      "CHANGELOG.md",
    ]);
    expect(paths.filter((path) => !kinds.test(path) && !single.has(path))).toEqual([]);
    expect(paths.filter((path) => /\.test\.|fixture|\.map$|\.png$|__golden__/.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith(".ts")).toSorted()).toEqual([
      "dist/library/modules.d.ts",
      "dist/library/portmatrix.d.ts",
    ]);
    expect(paths.length).toBeLessThan(420);
    expect(packed?.unpackedSize).toBeLessThan(12e6); // 2 MB of it are compiled code
  });
});

describe("the version", () => {
  const newest = /^## \[?(\d+\.\d+\.\d+(?:-[\w.]+)?)\]?/m.exec(read("CHANGELOG.md"))?.[1];

  it("is that of the newest heading in CHANGELOG.md; before the first one it is a candidate", () => {
    if (newest === undefined) expect(manifest.version).toMatch(/-rc\.\d+$/);
    else expect(manifest.version).toBe(newest);
  });

  it("is in package.json, and in what is made from it", () => {
    const lock = JSON.parse(read("package-lock.json")) as { version: string; packages: Record<string, object> };
    expect(lock.version).toBe(manifest.version);
    expect(lock.packages[""]).toMatchObject({ version: manifest.version });
    expect(read("man/portmatrix.1")).toContain(`portmatrix ${manifest.version}"`);
    expect(read("dist/agent.cjs").slice(-200)).toContain(JSON.stringify(manifest.version));
  });

  it("of a release candidate is not what `npm install portmatrix` gives", () => {
    const { tag } = manifest["publishConfig"] as { tag?: string };
    expect(tag).toBe(manifest.version.includes("-") ? "next" : undefined);
  });
});
