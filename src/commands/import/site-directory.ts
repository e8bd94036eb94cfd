import { readdir, readlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { SiteFiles } from "../../import/site/found-in-files.ts";
import { singlePaths, sitePaths } from "../../import/site/site-paths.ts";
import { readText } from "../../load/text-file.ts";
import { InputError } from "../../model/text/problem.ts";
import { reasonOf } from "../output/write-errors.ts";
import { placeOf } from "./place-of.ts";

/** Largest file of a site that is read, in bytes. */
export const siteFileLimit = 50_000_000;

/** Reads the files of a site out of a directory: the site itself, a copy of it, or an unpacked diagnostics dump. */
export async function readSiteDirectory(root: string): Promise<SiteFiles> {
  const whole = root.replace(/(?!^)\/+$/, "");
  const texts = new Map<string, string>();
  const take = async (path: string): Promise<void> => {
    const file = `${whole}/${path}`;
    if ((await placeOf(file)) !== undefined) texts.set(path, await readText(file, siteFileLimit));
  };
  for (const path of singlePaths) await take(path);
  for (const folder of await foldersBelow(`${whole}/${sitePaths.folders}`)) {
    const below = folder === "" ? sitePaths.folders : `${sitePaths.folders}/${folder}`;
    for (const name of ["hosts.mk", "rules.mk"]) await take(`${below}/${name}`);
  }
  const version = await readlink(join(whole, "version")).catch(() => undefined);
  return {
    root: whole,
    directory: basename(resolve(whole)),
    ...(version === undefined ? {} : { version: basename(version) }),
    texts,
  };
}

/** Folders of hosts, by their path; the first is the main folder. Links are not followed. */
async function foldersBelow(top: string): Promise<string[]> {
  if ((await placeOf(top)) === undefined) return [];
  try {
    const entries = await readdir(top, { recursive: true, withFileTypes: true });
    const below = entries
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name).slice(top.length + 1));
    return ["", ...below.toSorted()];
  } catch (error) {
    throw new InputError([{ file: top, message: `cannot be read: ${reasonOf(error)}` }]);
  }
}
