// Puts the program's modules and libraries into a few files, so that it starts in half the time: reading hundreds of small
// files is most of what a short command does. Overwrites dist/cli.js and writes dist/chunks; what tsc wrote stays for
// the library. Each command and format remains a chunk of its own, loaded when it is asked for. Run after tsc.
// Chunks lie one folder deep, as the sources do, so `new URL("../…", import.meta.url)` means the same in both.
import { build } from "esbuild";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onlyEnglish } from "./only-english.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist/chunks`, { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: ["src/cli.ts"],
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  legalComments: "eof",
  logLevel: "warning",
  plugins: [onlyEnglish],
  // raw-socket is native and optional. net-snmp assigns to undeclared names, which strict mode, and so a module, forbids.
  external: ["raw-socket", "net-snmp"],
  // CommonJS libraries inside a module ask for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire as portmatrixRequire } from "node:module"; const require = portmatrixRequire(import.meta.url);',
  },
});
