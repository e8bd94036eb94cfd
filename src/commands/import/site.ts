import { hostname } from "node:os";
import { draftOf } from "../../import/checkmk/draft-of.ts";
import { foundInFiles } from "../../import/site/found-in-files.ts";
import { folderFile, sitePaths } from "../../import/site/site-paths.ts";
import { InputError } from "../../model/text/problem.ts";
import { exitCodes, type ExitCode, type Surroundings } from "../surroundings.ts";
import { knowledge } from "./knowledge.ts";
import type { SiteOptions } from "./options.ts";
import { placeOf } from "./place-of.ts";
import { readSiteArchive } from "./site-archive.ts";
import { readSiteDirectory } from "./site-directory.ts";
import { deliverDraft, refuseAddress, refuseTarget } from "./target.ts";

/** Imports the files of a site, out of a directory or an archive. They are read as literals and never run. */
export async function importSiteCommand(options: SiteOptions, surroundings: Surroundings): Promise<ExitCode> {
  await refuseTarget(options);
  refuseAddress(options.address);
  const place = await placeOf(options.root);
  if (place !== undefined && !place.isFile() && !place.isDirectory())
    throw new InputError([
      { file: options.root, message: "is neither a directory nor a file; write a dump to a file first" },
    ]);
  const isArchive = place?.isFile() === true;
  const files = await (isArchive
    ? readSiteArchive(options.root, surroundings.signal)
    : readSiteDirectory(options.root));
  const { texts } = files;
  const hasConfig = texts.has(sitePaths.config) || texts.has(sitePaths.dumpedConfig);
  if (!hasConfig && ![...texts.keys()].some((path) => folderFile(path)?.name === "hosts.mk")) {
    const message = isArchive
      ? `this is no diagnostics dump with settings of a site: neither ${sitePaths.dumpedConfig} nor ${sitePaths.folders}/hosts.mk is in it; let "OMD Config" and "Hosts and Folders" be part of it`
      : `this is not the directory of a site: neither ${sitePaths.config} nor ${sitePaths.folders}/hosts.mk is there`;
    throw new InputError([{ file: options.root, message }]);
  }
  const found = foundInFiles(files, options.address ?? hostname());
  await deliverDraft(draftOf(found, await knowledge()), options, surroundings);
  return exitCodes.ok;
}
