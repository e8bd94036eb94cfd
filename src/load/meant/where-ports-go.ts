/**
 * The line to write in place of an address that has a port in it. Which key takes the port depends on whose address it
 * is; `path` is that of the address.
 */
export function lineWithPort(path: readonly PropertyKey[], address: string, port: number): string {
  const shown = address.includes(":") ? `"${address}"` : address;
  const words = path.filter((step) => typeof step === "string").map(String);
  const own = `address: ${shown}`;
  if (words.includes("nodes") || words[0] === "clusters") return `${own}, and its port under ports: of the cluster`;
  if (words[0] === "relays") return `${own}; nobody connects to a relay, so it has no port`;
  if (words[0] === "hosts" && words.length === 2) return ofHost(own, port);
  if (words.includes("outgoing") || words[0] === "hosts") {
    const isPlugin = words.some((word) =>
      ["special_agents", "active_checks", "notifications", "exports"].includes(word),
    );
    return isPlugin ? `${own}, port: ${port}` : `{ ${own}, port: ${port} }`;
  }
  return ofServer(own, port);
}

/** Standard ports of a host that has another service than the agent and SNMP; none of its keys takes them. */
const wellKnown = new Set([22, 25, 53, 80, 135, 139, 389, 443, 445, 636, 1433, 3306, 3389, 5432, 8080, 8443]);

function ofHost(own: string, port: number): string {
  if (port === 161) return `${own}, ports: { snmp: 161 }`;
  if (port === 28_250) return `${own}, ports: { agent_channel: ${port} }`;
  if (!wellKnown.has(port)) return `${own}, ports: { agent: ${port} }`;
  return `${own}, and a requirement: requirements: [{ from: server, to: NAME, tcp: ${port} }]`;
}

/** The keys under `ports:` of a server whose standard ports people write behind its address. */
const serverPorts: Readonly<Record<number, string>> = {
  80: "http",
  443: "https",
  162: "snmp_trap",
  4369: "epmd",
  6555: "notification_spooler",
  6558: "event_console_status",
  6559: "real_time_checks",
};

/** The same for the keys under `ports:` of its sites. */
const sitePorts: Readonly<Record<number, string>> = {
  4317: "otlp_grpc",
  4318: "otlp_http",
  5000: "apache",
  5671: "message_broker",
  5672: "message_broker",
  6557: "livestatus",
  8000: "agent_receiver",
  14317: "otel_self_monitoring",
  15671: "rabbitmq_management",
  25672: "rabbitmq_distribution",
};

function ofServer(own: string, port: number): string {
  if (port === 6556 || port === 161) {
    const key = port === 161 ? "snmp" : "agent";
    return `${own}; ${port} is a port of a host: hosts: [{ name: NAME, address: ADDRESS, ports: { ${key}: ${port} } }]`;
  }
  if (port === 514) return `${own}; 514 is the standard port of features: [syslog-udp] and [syslog-tcp]`;
  const ofSite = sitePorts[port] ?? (port > 8000 && port < 8080 ? "agent_receiver" : undefined);
  if (ofSite !== undefined) return `${own}, sites: [{ name: SITE, ports: { ${ofSite}: ${port} } }]`;
  const ofWhole = serverPorts[port] ?? (port % 100 === 80 ? "http" : port % 100 === 43 ? "https" : "");
  if (ofWhole !== "") return `${own}, ports: { ${ofWhole}: ${port} }`;
  return `${own}, and the port under the key of its service, e.g. ports: { https: ${port} }`;
}
