import type { Notice } from "../draft/draft.ts";
import { addressOf } from "../draft/names.ts";
import type { Found, FoundHost, FoundRule, FoundSite } from "../checkmk/found.ts";
import { readSiteConfig } from "../checkmk/site-config.ts";
import { readHostsFile } from "./hosts-file.ts";
import { readRulesFile } from "./rules-file.ts";
import { readDirectoriesFile, readSitesFile } from "./sites-file.ts";

/** Files of a site by their path below its root; those of folders have their folder's path. */
export interface SiteFiles {
  /** The root as it was given, for messages. */
  root: string;
  /** Name of the directory, and where its link `version` leads: `2.3.0p10.cee`. */
  directory: string;
  version?: string;
  config?: string;
  sites?: string;
  directories?: string;
  /** `hosts.mk` and `rules.mk` by folder: `/`, `/muc/servers`. */
  hosts: ReadonlyMap<string, string>;
  rules: ReadonlyMap<string, string>;
}

export const sitePaths = {
  config: "etc/omd/site.conf",
  sites: "etc/check_mk/multisite.d/sites.mk",
  directories: "etc/check_mk/multisite.d/wato/user_connections.mk",
  folders: "etc/check_mk/conf.d/wato",
} as const;

const pathOf = (root: string, folder: string, name: string): string =>
  `${root}/${sitePaths.folders}${folder === "/" ? "" : folder}/${name}`;

/** What the files of a site tell. Code in them throws an `InputError` that names file and line. */
export function foundInFiles(files: SiteFiles, serverAddress: string): Found {
  const { root } = files;
  const notices: Notice[] = [];
  const hosts = [...files.hosts].flatMap(([folder, text]) =>
    readHostsFile(text, { file: pathOf(root, folder, "hosts.mk"), folder }),
  );
  const rules: FoundRule[] = [...files.rules].flatMap(([folder, text]) =>
    readRulesFile(text, { file: pathOf(root, folder, "rules.mk"), folder }),
  );
  const sites = files.sites === undefined ? [] : readSitesFile(files.sites, `${root}/${sitePaths.sites}`);
  const ownSite = ownSiteOf(sites, hosts, files.directory);
  const { config, strange } = readSiteConfig(files.config ?? "");
  if (files.config === undefined) {
    notices.push({
      about: "",
      text: `${sitePaths.config} is missing: usual ports and no optional functions were assumed`,
    });
  }
  for (const line of strange) {
    notices.push({ about: `${sitePaths.config}:${line}`, text: "a line of another form was left out" });
  }
  const ldap =
    files.directories === undefined ? [] : readDirectoriesFile(files.directories, `${root}/${sitePaths.directories}`);
  const { version } = files;
  const edition = /\.([a-z]+)$/.exec(version ?? "")?.[1];
  const port = /^\d{1,5}$/.test(config["AGENT_RECEIVER_PORT"] ?? "")
    ? Number(config["AGENT_RECEIVER_PORT"])
    : undefined;
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
    receiverPorts: port === undefined ? new Map() : new Map([[ownSite, port]]),
    configs: files.config === undefined ? new Map() : new Map([[ownSite, config]]),
    notices: [
      ...notices,
      {
        about: "",
        text: "settings of remote sites and of the notification spooler were not read; write such features under features:",
      },
    ],
  };
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
