import type { Notice } from "../draft/draft.ts";
import { addressOf } from "../draft/names.ts";
import type { Found, FoundHost, FoundSite, SiteConfig } from "../checkmk/found.ts";
import { readSiteConfig } from "../checkmk/site-config.ts";
import type { SiteSettings } from "../checkmk/site-features.ts";
import { jsonOf, siteConfigText, versionIn } from "./dump-files.ts";
import { readHostsFile } from "./hosts-file.ts";
import { readExports, readNotifications, settingNotices } from "./reached-files.ts";
import { readRulesFile } from "./rules-file.ts";
import { folderFile, settingsPaths, sitePaths } from "./site-paths.ts";
import { readSettings, settingsOver } from "./site-settings.ts";
import { readDirectoriesFile, readSitesFile } from "./sites-file.ts";

/** Files of a site, as a directory or an archive has them. */
export interface SiteFiles {
  /** The root as it was given, for messages. */
  root: string;
  /** Name of the directory, and where its link `version` leads: `2.3.0p10.cee`. */
  directory: string;
  version?: string;
  /** Those that an import reads, by their path below the root; see `site-paths.ts`. */
  texts: ReadonlyMap<string, string>;
}

/** What the files of a site tell. Code in them throws an `InputError` that names file and line. */
export function foundInFiles(files: SiteFiles, serverAddress: string): Found {
  const { root, texts } = files;
  const named = (path: string) => ({ text: texts.get(path) ?? "", file: `${root}/${path}` });
  const inFolders = <Item>(
    wanted: string,
    read: (text: string, at: { file: string; folder: string }) => Item[],
  ): Item[] =>
    [...texts].flatMap(([path, text]) => {
      const found = folderFile(path);
      return found?.name === wanted ? read(text, { file: `${root}/${path}`, folder: found.folder }) : [];
    });
  const settingsOf = (paths: readonly string[], before?: SiteSettings): SiteSettings =>
    paths.reduce<SiteSettings>((known, path) => {
      const { text, file } = named(path);
      return readSettings(text, file, known);
    }, before ?? new Map());
  const hosts = inFolders("hosts.mk", readHostsFile);
  const rules = inFolders("rules.mk", readRulesFile);
  const sites = readSitesFile(named(sitePaths.sites).text, named(sitePaths.sites).file);
  const ownSite = ownSiteOf(sites, hosts, files.directory);
  const { config, version, notices } = installedIn(files);
  const ldap = readDirectoriesFile(named(sitePaths.directories).text, named(sitePaths.directories).file);
  const edition = /\.([a-z]+)$/.exec(version ?? "")?.[1];
  const receiver = config?.["AGENT_RECEIVER_PORT"] ?? "";
  const general = settingsOf(settingsPaths.filter((path) => path.endsWith("/global.mk")));
  const own = settingsOf(
    settingsPaths.filter((path) => !path.endsWith("/global.mk")),
    general,
  );
  const notifications = readNotifications(named(sitePaths.notifications), settingsOf([sitePaths.parameters]));
  return {
    source: `the files below ${root}`,
    ...(version === undefined ? {} : { version }),
    ...(edition === undefined ? {} : { edition }),
    ownSite,
    serverAddress,
    hosts,
    sites: sites.map((site) => ({ ...site, isLocal: site.isLocal || site.id === ownSite })),
    rules,
    ldap: ldap.flatMap((one) => {
      const address = addressOf(one.address);
      return address === undefined ? [] : [{ ...one, address }];
    }),
    reached: { ...notifications.reached, exports: readExports(own, settingsOf([sitePaths.influx])) },
    receiverPorts: /^\d{1,5}$/.test(receiver) ? new Map([[ownSite, Number(receiver)]]) : new Map(),
    configs: config === undefined ? new Map() : new Map([[ownSite, config]]),
    settings: new Map([
      ...sites.map(
        ({ id, isReplicated, globals }) => [id, settingsOver(isReplicated ? general : new Map(), globals)] as const,
      ),
      [ownSite, own] as const,
    ]),
    notices: [
      ...notices,
      ...notifications.notices,
      ...settingNotices(own),
      ...(sites.some(({ id, isLocal }) => !isLocal && id !== ownSite)
        ? [
            {
              about: "",
              text: "of remote sites only what the central site's settings say was read; what omd config switched on there is to be written under features:",
            },
          ]
        : []),
    ],
  };
}

/** Settings of `site.conf` and the version, or what a diagnostics dump has in their place. */
function installedIn({ texts, version }: SiteFiles): { config?: SiteConfig; version?: string; notices: Notice[] } {
  const dumped = { ...jsonOf(texts.get(sitePaths.dumpedConfig)) };
  const general = jsonOf(texts.get(sitePaths.dumpedVersion));
  const text = texts.get(sitePaths.config) ?? siteConfigText(dumped);
  const known = version ?? versionIn(general);
  const shown = known === undefined ? {} : { version: known };
  if (text === undefined) {
    const missing = `${sitePaths.config} is missing: usual ports and no optional functions were assumed`;
    return { ...shown, notices: [{ about: "", text: missing }] };
  }
  const { config, strange } = readSiteConfig(text);
  const left = "a line of another form was left out";
  return { config, ...shown, notices: strange.map((line) => ({ about: `${sitePaths.config}:${line}`, text: left })) };
}

/** The site that is local among the connections; else that of its hosts; else the directory has its name. */
function ownSiteOf(sites: readonly FoundSite[], hosts: readonly FoundHost[], directory: string): string {
  const local = sites.filter(({ isLocal }) => isLocal);
  if (local.length === 1 && local[0] !== undefined) return local[0].id;
  const used = new Set(
    hosts.flatMap(({ attributes }) => (typeof attributes["site"] === "string" ? attributes["site"] : [])),
  );
  const [only] = used;
  return only !== undefined && only !== "" && used.size === 1 ? only : directory;
}
