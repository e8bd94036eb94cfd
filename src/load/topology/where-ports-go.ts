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
  if (words[0] === "hosts" && words.length === 2)
    return `${own}, ports: { ${port === 161 ? "snmp" : "agent"}: ${port} }`;
  if (words.includes("outgoing") || words[0] === "hosts") {
    const isPlugin = words.some((word) =>
      ["special_agents", "active_checks", "notifications", "exports"].includes(word),
    );
    return isPlugin ? `${own}, port: ${port}` : `{ ${own}, port: ${port} }`;
  }
  if (port >= 8000 && port < 8100) return `${own}, sites: [{ name: SITE, ports: { agent_receiver: ${port} } }]`;
  return `${own}, ports: { ${port === 80 || port === 8080 ? "http" : "https"}: ${port} }`;
}
