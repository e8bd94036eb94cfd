/** Files of a site that an import reads, by their path below its root. */
export const sitePaths = {
  config: "etc/omd/site.conf",
  sites: "etc/check_mk/multisite.d/sites.mk",
  directories: "etc/check_mk/multisite.d/wato/user_connections.mk",
  influx: "etc/check_mk/conf.d/wato/influxdb_connections.mk",
  notifications: "etc/check_mk/conf.d/wato/notifications.mk",
  parameters: "etc/check_mk/conf.d/wato/notification_parameter.mk",
  folders: "etc/check_mk/conf.d/wato",
  /** What a diagnostics dump has in place of `site.conf` and of the link `version`. */
  dumpedConfig: "omd_config.json",
  dumpedVersion: "general.json",
} as const;

const kinds = ["conf.d", "multisite.d", "mkeventd.d", "mknotifyd.d"] as const;

/** Global settings, those of all sites before those of the site itself. */
export const settingsPaths: readonly string[] = ["global.mk", "sitespecific.mk"].flatMap((name) =>
  kinds.map((kind) => `etc/check_mk/${kind}/wato/${name}`),
);

/** Files that are always in one place; those of folders are found by their names. */
export const singlePaths: readonly string[] = [
  ...Object.values(sitePaths).filter((path) => path !== sitePaths.folders),
  ...settingsPaths,
];

/** `/` and `hosts.mk` for a file of a folder of hosts; `undefined` for any other path. */
export function folderFile(path: string): { folder: string; name: "hosts.mk" | "rules.mk" } | undefined {
  const [, below, name] = /^etc\/check_mk\/conf\.d\/wato((?:\/[^/]+)*)\/(hosts|rules)\.mk$/.exec(path) ?? [];
  if (below === undefined || name === undefined) return undefined;
  return { folder: below === "" ? "/" : below, name: name === "hosts" ? "hosts.mk" : "rules.mk" };
}
