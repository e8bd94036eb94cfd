import type { Server } from "../../model/topology/topology.ts";
import { quote } from "../yaml/place.ts";
import type { Path, Report } from "../yaml/place.ts";

/** Ports that every site listens on (sections 2.1 and 4 of Checkmk's Ports page), unless `ports:` says otherwise. */
const standardPorts = { agent_receiver: 8000, apache: 5000 } as const;
/** Listeners that are off unless their feature is on. */
const portsByFeature = {
  livestatus: { livestatus: 6557 },
  "message-broker": { message_broker: 5672, rabbitmq_management: 15_671, rabbitmq_distribution: 25_672 },
  opentelemetry: { otlp_grpc: 4317, otlp_http: 4318, otel_self_monitoring: 14_317 },
} as const;

/** Two listeners of one server cannot share a TCP port: the second site would not start. */
export function checkSitePorts(server: Server, base: Path, report: Report): void {
  const owners = new Map<number, { site: string; service: string }>();
  for (const [index, site] of server.sites.entries()) {
    const features = new Set<string>([...server.features, ...site.features]);
    const optional = Object.entries(portsByFeature).filter(([feature]) => features.has(feature));
    const ports = Object.assign(
      { ...standardPorts },
      ...optional.map(([, standard]) => standard),
      site.ports,
    ) as Record<string, number>;
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
