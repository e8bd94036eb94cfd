import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lab } from "./lab.ts";

const bin = fileURLToPath(new URL("../../bin/portmatrix.cjs", import.meta.url));

/**
 * Words in front of a command of a vantage point that let it find portmatrix installed, with all its modules. Without
 * them a worker is sent, which loads none.
 */
export async function installed(lab: Lab): Promise<string[]> {
  await lab.must("cmk", ["ln", "-sf", bin, join(lab.dir, "portmatrix")]);
  return ["env", `PATH=${lab.dir}:${process.env["PATH"]}`];
}
