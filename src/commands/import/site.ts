import { readdir, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { draftOf } from "../../import/checkmk/draft-of.ts";
import { foundInFiles, type SiteFiles, sitePaths } from "../../import/site/found-in-files.ts";
import { readText } from "../../load/text-file.ts";
import { InputError } from "../../model/problem.ts";
import { statOrAbsent } from "../output-file.ts";
import { exitCodes, type ExitCode, type Surroundings } from "../surroundings.ts";
import { reasonOf } from "../write-errors.ts";
import { knowledge } from "./knowledge.ts";
import type { SiteOptions } from "./options.ts";
import { deliverDraft, refuseAddress, refuseTarget } from "./target.ts";

/** Largest file of a site that is read, in bytes. */
const fileLimit = 50_000_000;

/** Imports the files of a site. They are read as literals and never run. */
export async function importSiteCommand(options: SiteOptions, surroundings: Surroundings): Promise<ExitCode> {
  await refuseTarget(options);
  refuseAddress(options.address);
  const files = await readSiteFiles(options.root);
  const found = foundInFiles(files, options.address ?? hostname());
  await deliverDraft(draftOf(found, await knowledge()), options, surroundings);
  return exitCodes.ok;
}

async function readSiteFiles(root: string): Promise<SiteFiles> {
  const whole = root.replace(/(?!^)\/+$/, "");
  const optional = async (path: string): Promise<string | undefined> => {
    const file = `${whole}/${path}`;
    return (await statOrAbsent(file)) === undefined ? undefined : readText(file, fileLimit);
  };
  const config = await optional(sitePaths.config);
  const sites = await optional(sitePaths.sites);
  const directories = await optional(sitePaths.directories);
  const folders = `${whole}/${sitePaths.folders}`;
  const hosts = new Map<string, string>();
  const rules = new Map<string, string>();
  for (const folder of await foldersBelow(folders)) {
    const hostsFile = await optional(`${sitePaths.folders}/${folder}/hosts.mk`);
    const rulesFile = await optional(`${sitePaths.folders}/${folder}/rules.mk`);
    if (hostsFile !== undefined) hosts.set(`/${folder}`, hostsFile);
    if (rulesFile !== undefined) rules.set(`/${folder}`, rulesFile);
  }
  if (config === undefined && hosts.size === 0) {
    const message = `this is not the directory of a site: neither ${sitePaths.config} nor ${sitePaths.folders}/hosts.mk is there`;
    throw new InputError([{ file: root, message }]);
  }
  const version = await readlink(join(whole, "version")).catch(() => undefined);
  return {
    root: whole,
    directory: basename(resolve(whole)),
    ...(version === undefined ? {} : { version: basename(version) }),
    ...(config === undefined ? {} : { config }),
    ...(sites === undefined ? {} : { sites }),
    ...(directories === undefined ? {} : { directories }),
    hosts,
    rules,
  };
}

/** Folders of hosts, by their path; the first is the main folder. Links are not followed. */
async function foldersBelow(top: string): Promise<string[]> {
  if ((await statOrAbsent(top)) === undefined) return [];
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
