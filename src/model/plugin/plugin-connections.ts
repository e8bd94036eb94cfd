import type { Plugin, PluginConnection, Speech } from "./plugin.ts";
import type { PluginOptions } from "./plugin-use.ts";
import type { Transport } from "../verdict.ts";

/** One connection of a plug-in as it is used: nothing of it is open any more. */
export interface UsedConnection {
  protocol: Transport;
  speaks: Speech;
  tls: boolean;
  /** Absent for ICMP. */
  port: number | undefined;
  /** Whom it asks in place of the monitored host; absent where it is the host. */
  addresses?: readonly string[];
  /** A cloud service: its certificate is a public one, and a proxy leads there if there is one. */
  isCloud: boolean;
}

/** Why a plug-in cannot be planned as it is written, and what to write; the path is relative to its options. */
export interface UseProblem {
  path: readonly string[];
  message: string;
  /** The word that is wrong and those that are right, for a suggestion. */
  word?: string;
  known?: readonly string[];
}

/**
 * The connections that a plug-in opens with these options: none if it stays on the machine of its site. Port, TLS and
 * address are those of its first connection; a further one to the same machine follows the address.
 */
export function usedConnections(plugin: Plugin, options: PluginOptions): UsedConnection[] | UseProblem {
  const connections = connectionsOf(plugin, options);
  if ("message" in connections) return connections;
  const [main] = connections;
  if (options.port !== undefined && (main === undefined || main.protocol === "icmp"))
    return { path: ["port"], message: `${plugin.name} has no port` };
  const used: UsedConnection[] = [];
  for (const connection of connections) {
    const one = useOf(plugin, connection, connection === main ? options : followed(connection, options));
    if (one === "stays") continue;
    if ("message" in one) return one;
    used.push(one);
  }
  return used;
}

const followed = ({ target }: PluginConnection, { address }: PluginOptions): PluginOptions =>
  target === "host" && address !== undefined ? { address } : {};

function connectionsOf(plugin: Plugin, options: PluginOptions): readonly PluginConnection[] | UseProblem {
  const { name, types, default_type } = plugin;
  if (types === undefined) {
    return options.type === undefined
      ? (plugin.connections ?? [])
      : { path: ["type"], message: `${name} has no types; leave type: out` };
  }
  const known = Object.keys(types);
  const type = options.type ?? default_type;
  if (type === undefined) {
    const message = `say which type of ${name}: { ${name}: { type: ${known[0]} } }; types: ${known.join(", ")}`;
    return { path: [], message };
  }
  const found = Object.hasOwn(types, type) ? types[type] : undefined;
  return (
    found ?? { path: ["type"], message: `${name} has no type "${type}"; types: ${known.join(", ")}`, word: type, known }
  );
}

function useOf(
  plugin: Plugin,
  connection: PluginConnection,
  options: PluginOptions,
): UsedConnection | UseProblem | "stays" {
  const { name } = plugin;
  const { protocol, speaks, target, hosts } = connection;
  if (target === "elsewhere" && options.address === undefined) return "stays";
  if (target === "rule" && options.address === undefined)
    return { path: [], message: `${name} asks whom its rule names; write { ${name}: { address: HOST } }` };
  const addresses = options.address ?? (target === "cloud" ? hosts : undefined);
  if (target === "cloud" && addresses === undefined)
    return { path: [], message: `${name}: name the servers that it asks: { ${name}: { address: [HOST, HOST] } }` };
  const tls = options.tls ?? (connection.tls === "always" || connection.tls === "on");
  const port = options.port ?? portOf(connection, tls);
  if (port === undefined && protocol !== "icmp")
    return { path: [], message: `${name} has no port of its own; write { ${name}: { port: PORT } }` };
  return {
    protocol,
    speaks,
    tls,
    port,
    isCloud: target === "cloud",
    ...(addresses === undefined ? {} : { addresses }),
  };
}

function portOf({ port }: PluginConnection, tls: boolean): number | undefined {
  if (typeof port !== "object") return port;
  return tls ? port.tls : port.plain;
}
