// Puts the worker of a vantage point and all that it needs into one CommonJS file, which openExec streams to machines
// that have Node but not portmatrix. Usage: node build/bundle-agent.mjs [OUTFILE], default dist/agent.cjs
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

await build({
  absWorkingDir: root,
  entryPoints: ["src/commands/agent.ts"],
  outfile: process.argv[2] ?? "dist/agent.cjs",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  minify: true,
  legalComments: "eof",
  logLevel: "warning",
  // Native and optional: it is looked for in the directory where the worker runs.
  external: ["raw-socket"],
  // A CommonJS file has no import.meta; the worker is compiled under a name in its current directory.
  define: { "import.meta.url": "agentUrl" },
  banner: { js: 'const agentUrl = require("node:url").pathToFileURL(__filename).href;' },
  footer: { js: `module.exports.version = ${JSON.stringify(version)};` },
});
