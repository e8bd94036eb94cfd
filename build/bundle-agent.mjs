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
  // A CommonJS file has no import.meta; the worker is compiled under a name of no directory.
  define: { "import.meta.url": "agentUrl", isSentOverConnection: "true" },
  banner: { js: 'const agentUrl = require("node:url").pathToFileURL(__filename).href;' },
  footer: { js: `module.exports.version = ${JSON.stringify(version)};` },
});
