import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The two renderings of the Ports page as text, or where they were looked for without success. */
type SpecPages = { en: string; de: string } | { missing: string };

/**
 * Reads the renderings from `PORTMATRIX_SPEC`, else from `../shared/spec` beside the repository. They belong to the
 * vendor and are not part of the repository, so they may be absent; in CI they may not.
 */
export function readSpecPages(env: Readonly<Record<string, string | undefined>>): SpecPages {
  const folder = env["PORTMATRIX_SPEC"] ?? fileURLToPath(new URL("../../../shared/spec", import.meta.url));
  if (!existsSync(folder)) return { missing: folder };
  return { en: readFileSync(`${folder}/ports-en.txt`, "utf8"), de: readFileSync(`${folder}/ports-de.txt`, "utf8") };
}

/**
 * Says why a test on the renderings has to be left out, for `ctx.skip`; `undefined` when they are there. Throws in CI
 * and where `PORTMATRIX_SPEC` names the folder, because there a missing page is a fault and not a circumstance.
 */
export function reasonToSkip(pages: SpecPages, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (!("missing" in pages)) return undefined;
  const reason = `the two renderings of the Ports page are not in ${pages.missing}`;
  const isCi = ![undefined, "", "0", "false"].includes(env["CI"]);
  if (isCi || env["PORTMATRIX_SPEC"] !== undefined) throw new Error(reason);
  return reason;
}
