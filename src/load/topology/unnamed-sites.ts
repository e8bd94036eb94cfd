/**
 * A topology whose servers all have sites. Before anything is installed a server may leave its one site out: it then has
 * one that is called like the server. `stage` is that of the command line, which comes before the file's.
 */
export function withUnnamedSites(value: unknown, stage: string | undefined): unknown {
  if (!isMap(value) || (stage ?? value["stage"]) !== "preinstall") return value;
  const { server, remote_sites: remotes } = value;
  return {
    ...value,
    ...(server === undefined ? {} : { server: withSite(server) }),
    ...(Array.isArray(remotes) ? { remote_sites: remotes.map(withSite) } : {}),
  };
}

function withSite(server: unknown): unknown {
  if (!isMap(server) || server["sites"] !== undefined || typeof server["name"] !== "string") return server;
  return { ...server, sites: [server["name"]] };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
