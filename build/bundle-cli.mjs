// Puts the program's modules and libraries into a few files, so that it starts in half the time: reading hundreds of small
// files is most of what a short command does. Writes dist/cli.cjs and dist/chunks; what tsc wrote stays for the library.
// Each command and format remains a chunk of its own, loaded when it is asked for. Run after tsc.
// They are CommonJS, because Node keeps compiled code only of that: see bin/load-compiled.cjs and build/compiled.mjs.
// esbuild splits only ES modules, so it does that first, and each chunk is translated then.
// Chunks lie one folder deep, as the sources do, so `new URL("../…", import.meta.url)` means the same in both.
import { build, transform } from "esbuild";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { onlyEnglish } from "./only-english.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist/chunks`, { recursive: true, force: true });
mkdirSync(`${root}dist/chunks`, { recursive: true });

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/cli.ts"],
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  legalComments: "eof",
  logLevel: "warning",
  plugins: [onlyEnglish],
  // raw-socket is native and optional. net-snmp assigns to undeclared names, which strict mode forbids.
  external: ["raw-socket", "net-snmp"],
  define: { "import.meta.url": "urlOfChunk" },
  metafile: true,
  write: false,
});

/** The npm packages in a chunk, and the chunks that it loads at once; test/cli/start.test.ts reads them. */
const headOf = (path) => {
  const { inputs, imports } = metafile.outputs[relative(root, path)];
  const names = Object.keys(inputs).flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  const loaded = imports.filter(({ kind, external }) => kind === "import-statement" && !external);
  return `// Packages: ${[...new Set(names)].toSorted().join(" ")}\n// Loads: ${loaded.map((one) => one.path.slice("dist/".length)).join(" ")}\n`;
};

/**
 * esbuild exports by getters of getters, which every call of another chunk passes. They remain until the chunk has run,
 * for chunks that need each other; then an object of plain values takes their place. What may be assigned later stays a
 * getter.
 */
const early = "module.exports = __toCommonJS(stdin_exports);";
const exportList = /^__export\(stdin_exports, \{\n([^]*?)\n\}\);$/m;

function withPlainExports(path, code) {
  const [, list = ""] = exportList.exec(code) ?? [];
  if (list === "") return code;
  const fields = list.split("\n").map((line) => {
    const [, name, local] = /^ {2}(\S+): \(\) => ([\w$.]+),?$/.exec(line) ?? [];
    if (name === undefined || !code.includes(early)) throw new Error(`${path}: its exports have another form: ${line}`);
    if (local.includes(".")) return `get ${name}() { return ${local}; }`; // of another chunk
    const quoted = local.replaceAll("$", String.raw`\$`);
    const assignments =
      code.match(
        new RegExp(`(?<![\\w$.])${quoted} *(?:[-+*/|&?^%]*=(?![=>])|\\+\\+|--)|(?:\\+\\+|--)${quoted}\\b`, "g"),
      ) ?? [];
    const declarations = code.match(new RegExp(`^(?:var|let|const) ${quoted} =(?!=)`, "gm")) ?? [];
    return assignments.length > declarations.length ? `get ${name}() { return ${local}; }` : `${name}: ${local}`;
  });
  const plain = `module.exports = { __esModule: true, ${fields.join(", ")} };\n`;
  return `${code.replace(early, 'module.exports = __defProp(stdin_exports, "__esModule", { value: true });')}${plain}`;
}

/**
 * Without comments and blanks, which are half of the text: it is read, hashed and kept in memory at every start. Names
 * remain, and short lines, so that a stack can be read. ASCII only, because V8 keeps other text in two bytes a character.
 */
async function pack(text) {
  const packing = {
    minifyWhitespace: true,
    lineLimit: 160,
    charset: "ascii",
    legalComments: "eof",
    target: "node20.19",
  };
  const { code } = await transform(text, packing);
  // The other characters that are left are in the licences at the end.
  return code.replaceAll(/[^\0-\x7f]/g, (other) =>
    other === "\u00a9" ? "(c)" : `U+${other.codePointAt(0).toString(16)}`,
  );
}

await Promise.all(
  outputFiles.map(async ({ path, text }) => {
    const { code } = await transform(text, {
      format: "cjs",
      platform: "node",
      target: "node20.19",
      legalComments: "eof",
      logLevel: "error", // the first step has said the warnings
      supported: { "dynamic-import": false }, // written as a `require` that is called later
    });
    const url = /\burlOfChunk\b/.test(code)
      ? 'const urlOfChunk = require("node:url").pathToFileURL(__filename).href;\n'
      : "";
    const packed = await pack(`${url}${withPlainExports(path, code)}`);
    writeFileSync(path, `"use strict";\n${headOf(path)}${packed}`);
  }),
);
