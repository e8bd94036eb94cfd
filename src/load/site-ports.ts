import type { Server } from "../model/topology.ts";
import { quote } from "./place.ts";
import type { Path } from "./place.ts";
import type { Report } from "./references.ts";

/** Ports that every site listens on (sections 2.1 and 4 of Checkmk's Ports page), unless `ports:` says otherwise. */
const standardPorts = { agent_receiver: 8000, apache: 5000 } as const;
/** Livestatus over TCP is off unless the feature is on. */
const livestatusPort = 6557;

/** Two listeners of one server cannot share a TCP port: the second site would not start. */
export function checkSitePorts(server: Server, base: Path, report: Report): void {
  const owners = new Map<number, { site: string; service: string }>();
  for (const [index, site] of server.sites.entries()) {
    const hasLivestatus = site.features.includes("livestatus") || server.features.includes("livestatus");
    const ports = { ...standardPorts, ...(hasLivestatus ? { livestatus: livestatusPort } : {}), ...site.ports };
    for (const [service, port] of Object.entries(ports)) {
      const owner = owners.get(port);
      if (owner === undefined) {
        owners.set(port, { site: site.name, service });
        continue;
      }
      const path = [...base, "sites", index];
      const isWritten = Object.hasOwn(site.ports, service);
      const whose = owner.site === site.name ? "of the same site" : `of the site ${quote(owner.site)}`;
      const message =
        `${service} of the site ${quote(site.name)} has port ${port}, which is already ${owner.service} ${whose} ` +
        `on ${quote(server.name)}; give it its own under ports: { ${service}: PORT }`;
      report(isWritten ? [...path, "ports", service] : path, message);
    }
  }
}
