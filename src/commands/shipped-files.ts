import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { embeddedFile } from "../load/embedded.ts";

// This file stays one folder below `src/`: the bundle's chunks lie one folder below `dist/`, so that a path relative to
// `import.meta.url` means the same place in both.

/** Where the catalogs lie: beside `src/` in a checkout, beside `dist/` in a package. */
export const catalogDirectory = fileURLToPath(new URL("../../catalog/", import.meta.url));

/** The workers that are nothing but sockets, by what runs them. */
export const farWorkers = {
  python: new URL("../../worker/sockets.py", import.meta.url),
  perl: new URL("../../worker/sockets.pl", import.meta.url),
  bash: new URL("../../worker/sockets.sh", import.meta.url),
  powershell: new URL("../../worker/sockets.ps1", import.meta.url),
};

/** Scripts for hosts that nobody may log in to, before their orders are put in (docs/formats.md). */
export const scriptTemplates = {
  sh: new URL("../../worker/script.sh", import.meta.url),
  python: new URL("../../worker/script.py", import.meta.url),
  perl: new URL("../../worker/script.pl", import.meta.url),
  powershell: new URL("../../worker/script.ps1", import.meta.url),
};

/** The worker of a vantage point as one file; `build/bundle-agent.mjs` makes it. */
export const agentBundle = new URL("../agent.cjs", import.meta.url);

/** The bytes of one of these files. */
export const readShipped = async (file: URL): Promise<Uint8Array> =>
  embeddedFile(fileURLToPath(file)) ?? (await readFile(file));

/** The version of portmatrix; package.json is the one place that says it. */
export function readVersion(): string {
  const path = fileURLToPath(new URL("../../package.json", import.meta.url));
  const text = new TextDecoder().decode(embeddedFile(path) ?? readFileSync(path));
  return (JSON.parse(text) as { version: string }).version;
}
