import type { Found, FoundSite } from "../checkmk/found.ts";
import { isMap, type Literal, lookUp } from "../python/literal.ts";
import { readStatements } from "../python/statements.ts";

/** A connection, and the settings that it has for its site in place of the global ones. */
export interface WrittenSite extends FoundSite {
  /** Its configuration comes from this site. */
  isReplicated: boolean;
  globals: Literal | undefined;
}

/** The sites of a `sites.mk`. Anything but literals throws an `InputError` that names the line. */
export function readSitesFile(text: string, file: string): WrittenSite[] {
  const maps = readStatements(text, file).flatMap(({ name, values }) => (name === "sites" ? values.filter(isMap) : []));
  return maps.flatMap((map) => [...map].map(([id, site]) => siteOf(id, site)));
}

function siteOf(id: string, site: Literal): WrittenSite {
  const socket = lookUp(site, "socket");
  const livestatus = livestatusOf(socket);
  const isReplicated = lookUp(site, "replication") === "slave";
  const url = lookUp(site, "multisiteurl");
  const broker = lookUp(site, "message_broker_port");
  return {
    id,
    isReplicated,
    globals: lookUp(site, "globals"),
    isLocal: lookUp(socket, 0) === "local" || socket === undefined || socket === null,
    ...(livestatus === undefined ? {} : { livestatus }),
    ...(isReplicated && typeof url === "string" && url !== "" ? { url } : {}),
    ...(isReplicated && typeof broker === "number" ? { messageBrokerPort: broker } : {}),
  };
}

/** `('tcp', {'address': ('10.1.0.5', 6557)})`, and `tcp:10.1.0.5:6557` of older versions. */
function livestatusOf(socket: Literal | undefined): FoundSite["livestatus"] {
  const [, oldHost, oldPort] = typeof socket === "string" ? (/^tcp6?:(.+):(\d{1,5})$/.exec(socket) ?? []) : [];
  if (oldHost !== undefined) return { host: oldHost, port: Number(oldPort) };
  const kind = lookUp(socket, 0);
  const host = lookUp(socket, 1, "address", 0);
  const port = lookUp(socket, 1, "address", 1);
  const isTcp = kind === "tcp" || kind === "tcp6";
  return isTcp && typeof host === "string" ? { host, port: typeof port === "number" ? port : 6557 } : undefined;
}

/** Directories of a `user_connections.mk`, those that are off left out. */
export function readDirectoriesFile(text: string, file: string): Found["ldap"][number][] {
  const written = readStatements(text, file).flatMap(({ name, values }) =>
    name === "user_connections"
      ? values.flatMap((value) => (Array.isArray(value) ? (value as readonly Literal[]) : []))
      : [],
  );
  return written.flatMap((connection) => {
    if (lookUp(connection, "type") !== "ldap" || lookUp(connection, "disabled") === true) return [];
    const target = lookUp(connection, "directory_type", 1, "connect_to", 1);
    const more = lookUp(target, "failover_servers");
    const servers = [lookUp(target, "server"), ...(Array.isArray(more) ? (more as readonly Literal[]) : [])];
    const port = lookUp(connection, "port");
    const hasTls = isMap(connection) && connection.has("use_ssl") && connection.get("use_ssl") !== false;
    return servers.flatMap((address) =>
      typeof address === "string" && address !== ""
        ? [{ address, ...(typeof port === "number" ? { port } : {}), ...(hasTls ? { tls: true } : {}) }]
        : [],
    );
  });
}
