import { addressOf } from "../draft/names.ts";
import type { DraftServer, Notice } from "../draft/draft.ts";
import { type SiteSettings, spoolerOf } from "./site-features.ts";

/**
 * Gives the feature to each server that another one's spooler connects to, with its port. A spooler that waits for nobody
 * known, and one that connects to no server of the topology, is said.
 */
export function withSpoolers(
  servers: readonly DraftServer[],
  settings: ReadonlyMap<string, SiteSettings>,
  note: (notice: Notice) => void,
): DraftServer[] {
  const all = servers.map((server) => ({
    server,
    spoolers: server.sites.map(({ name }) => spoolerOf(settings.get(name) ?? new Map())),
  }));
  const ports = new Map<DraftServer, number>();
  for (const { server, spoolers } of all) {
    for (const { address, port } of spoolers.flatMap(({ connectsTo }) => connectsTo)) {
      const target = servers.find((one) => one !== server && one.addresses.includes(addressOf(address) ?? address));
      if (target !== undefined) ports.set(target, port);
      else {
        const text =
          "its notification spooler connects there, to no server of this topology; add it under requirements";
        note({ about: `${server.name} to ${address}, port ${port}`, text });
      }
    }
  }
  for (const { server, spoolers } of all) {
    const port = spoolers.find(({ listensAt }) => listensAt !== undefined)?.listensAt;
    if (port === undefined || ports.has(server)) continue;
    const text =
      "waits for notification spoolers, but no settings say whose; give it the feature notification-spooler if one comes";
    note({ about: `${server.name}, port ${port}`, text });
  }
  return servers.map((server) => {
    const port = ports.get(server);
    if (port === undefined) return server;
    const features = [...new Set([...(server.features ?? []), "notification-spooler" as const])];
    const moved = port === 6555 ? {} : { ports: { ...server.ports, notification_spooler: port } };
    return { ...server, features, ...moved };
  });
}
