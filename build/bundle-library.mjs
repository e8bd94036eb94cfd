// The library for programs that import portmatrix: one JavaScript file and its types, in dist/library. Packages stay
// outside, npm installs them. It lies one folder deep, as the sources do, so `new URL("../…", import.meta.url)` means
// the same in both. Run after tsc, which wrote the declarations.
import { build } from "esbuild";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleTypes } from "./bundle-types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}dist/library`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

await build({
  absWorkingDir: root,
  entryPoints: ["src/index.ts"],
  outfile: "dist/library/portmatrix.js",
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20.19",
  legalComments: "eof",
  logLevel: "warning",
});

const { entry, modules } = bundleTypes(`${root}dist`, "index.d.ts");
writeFileSync(`${folder}/portmatrix.d.ts`, entry);
writeFileSync(`${folder}/modules.d.ts`, modules);
