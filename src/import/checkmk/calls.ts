import type { Plugin, Roster } from "../../model/plugin/plugin.ts";
import { usedConnections } from "../../model/plugin/plugin-connections.ts";
import type { DraftCall } from "../draft/draft.ts";
import type { Literal } from "../python/literal.ts";
import { type CallOptions, optionsOf } from "./call-options.ts";

/** Which special agents, active checks, notifications and exports a topology can name. */
export type KnownCalls = Pick<Roster, "special-agents" | "active-checks" | "notifications" | "exports">;

/** The entries of a host that a rule leads to, and what of it could not be taken over. */
export interface Calls {
  calls: readonly DraftCall[];
  problems: readonly string[];
}

/** A rule of `special_agents:NAME` or `active_checks:NAME` as entries of a host. */
export function callsOf(ruleset: string, value: Literal, known: KnownCalls): Calls {
  const [kind = "", name = ""] = ruleset.split(":", 2);
  const isAgent = kind === "special_agents";
  const plugin = known[isAgent ? "special-agents" : "active-checks"].get(name);
  const what = `the ${isAgent ? "special agent" : "active check"} ${name}`;
  if (plugin === undefined) {
    return {
      calls: [],
      problems: [`${what} is not in the catalog, so its ports are to be written under requirements`],
    };
  }
  const results = optionsOf(name, value).map((options) => callOf(plugin, options));
  return {
    calls: results.flatMap((one) => ("call" in one ? [one.call] : [])),
    problems: results.flatMap((one) => ("problem" in one ? [`${what} was left out: ${one.problem}`] : [])),
  };
}

/** Notifications or exports as entries of `outgoing:`, each once. Those that the catalog does not know are said. */
export function reachedCalls(
  kind: "notifications" | "exports",
  reached: readonly { name: string; options: CallOptions }[],
  known: KnownCalls,
): Calls {
  const results = reached.map(({ name, options }) => {
    const plugin = known[kind].get(name);
    const what = kind === "exports" ? `the export ${name}` : `the notification plug-in ${name}`;
    if (plugin === undefined)
      return { problem: `${what} is not in the catalog; write whom it talks to under requirements` };
    const [main] = plugin.connections ?? [];
    const isUsual = main?.target === "cloud" && options.address !== undefined && main.hosts?.includes(options.address);
    const { address: _address, port: _port, ...rest } = options;
    const result = callOf(plugin, isUsual === true ? rest : options);
    return "call" in result ? result : { problem: `${what} was left out: ${result.problem}` };
  });
  const calls = results.flatMap((one) => ("call" in one ? [one.call] : []));
  return {
    calls: [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()],
    problems: results.flatMap((one) => ("problem" in one ? [one.problem] : [])),
  };
}

function callOf(plugin: Plugin, options: CallOptions): { call: DraftCall } | { problem: string } {
  if (options.macro !== undefined)
    return { problem: "its address has macros or is none, which cannot be filled in here" };
  const main = (plugin.connections ?? (plugin.types ?? {})[options.type ?? plugin.default_type ?? ""] ?? [])[0];
  const takesPort = main !== undefined && main.protocol !== "icmp";
  const takesTls = main?.tls === "on" || main?.tls === "off";
  const tls = takesTls && options.tls !== undefined && options.tls !== (main.tls === "on") ? options.tls : undefined;
  const usual = typeof main?.port === "object" ? main.port[(tls ?? main.tls === "on") ? "tls" : "plain"] : main?.port;
  const written = {
    ...(takesPort && options.port !== undefined && options.port !== usual ? { port: options.port } : {}),
    ...(tls === undefined ? {} : { tls }),
    ...(options.address === undefined || main === undefined ? {} : { address: options.address }),
    ...(options.type === undefined || options.type === plugin.default_type ? {} : { type: options.type }),
  };
  const { address, ...others } = written;
  const used = usedConnections(plugin, address === undefined ? others : { ...others, address: [address] });
  if (!Array.isArray(used)) return { problem: used.message };
  return { call: Object.keys(written).length === 0 ? plugin.name : { [plugin.name]: written } };
}
