// The declarations that tsc wrote, as two files: a module for each source file, and the entry that exports the first of
// them. No compiler is asked: the declarations are TypeScript that tsc has already checked and printed.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const relativeImport = /(\bfrom |\bimport\(|^import )"(\.{1,2}\/[^"]+)"/gm;

/** Reads `entry` and every declaration that it leads to under `directory`. */
export function bundleTypes(directory, entry) {
  const texts = new Map();
  const open = [entry];
  const fileOf = (from, to) => relative(".", join(dirname(from), to)).replace(/(\.d)?\.[jt]s$/, ".d.ts");
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (texts.has(file)) continue;
    const text = readFileSync(join(directory, file), "utf8");
    texts.set(file, text);
    for (const [, , to] of text.matchAll(relativeImport)) open.push(fileOf(file, to));
  }
  const nameOf = (file) => `portmatrix/types/${file.replace(/\.d\.ts$/, "")}`;
  const modules = [...texts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, text]) => {
      const body = text
        .replaceAll(relativeImport, (_, before, to) => `${before}"${nameOf(fileOf(file, to))}"`)
        .replaceAll(/^(export )?declare /gm, "$1");
      return `declare module "${nameOf(file)}" {\n${body.trimEnd()}\n}\n`;
    });
  return {
    entry: `/// <reference path="./modules.d.ts" />\nexport * from "${nameOf(entry)}";\n`,
    modules: modules.join("\n"),
  };
}
