// Makes dist/portmatrix: the program, its catalogs, its workers and Node in one file for Linux x64, with no Node beside
// it: see https://nodejs.org/api/single-executable-applications.html; run after `npm run build`, as
// `node build/binary.mjs [OUTFILE]`. raw-socket is native and cannot be inside.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { onlyEnglish } from "./only-english.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = process.argv[2] ?? `${root}dist/portmatrix`;
if (process.platform !== "linux" || process.arch !== "x64") throw new Error("build:binary: run it on Linux x64");

const filesIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(root, path)).isFile());
const names = ["package.json", "LICENSE", "dist/agent.cjs", ...["catalog", "dist/catalog", "worker"].flatMap(filesIn)];

const work = mkdtempSync(join(root, "dist/binary-"));
try {
  await build({
    absWorkingDir: root,
    entryPoints: ["build/one-file.mjs"],
    outfile: join(work, "program.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    legalComments: "eof",
    logLevel: "warning",
    plugins: [onlyEnglish],
    // Two folders deep, as the modules are: see src/load/embedded.ts.
    define: { "import.meta.url": '"file:///portmatrix-in-one-file/dist/chunks/program.cjs"', isOneFile: "true" },
    tsconfigRaw: { compilerOptions: { strict: false, alwaysStrict: false } }, // net-snmp assigns to undeclared names
  });
  writeFileSync(join(work, "names"), JSON.stringify(names));
  const assets = Object.fromEntries([["names", join(work, "names")], ...names.map((name) => [name, join(root, name)])]);
  const config = {
    main: join(work, "program.cjs"),
    output: join(work, "blob"),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets,
  };
  writeFileSync(join(work, "config.json"), JSON.stringify(config));
  execFileSync(process.execPath, ["--experimental-sea-config", join(work, "config.json")], { stdio: "pipe" });
  const program = join(work, "portmatrix");
  copyFileSync(realpathSync(process.execPath), program);
  chmodSync(program, 0o755);
  spawnSync("strip", [program]); // where there is none the file is larger, and nothing else
  // A process of its own, whose warnings about the ELF notes of Node are not ours.
  const postject = fileURLToPath(import.meta.resolve("postject/dist/cli.js"));
  const fuse = ["--sentinel-fuse", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"];
  execFileSync(process.execPath, [postject, program, "NODE_SEA_BLOB", join(work, "blob"), ...fuse], { stdio: "pipe" });
  copyFileSync(program, out);
  chmodSync(out, 0o755);
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.stdout.write(`${out}: ${Math.round(statSync(out).size / 1e6)} MB\n`);
