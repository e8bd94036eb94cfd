import type { PlannedProbeSpec } from "../model/flow.ts";
import type { UsedConnection } from "../model/plugin/plugin-connections.ts";
import type { Speech } from "../model/plugin/plugin.ts";
import type { TcpServiceName } from "../model/service.ts";

/** What is asked of each kind of service, in plain text and over TLS; `any` is a handshake and what is said by itself. */
const servicesBySpeech: Readonly<Record<Speech, { plain: TcpServiceName; tls: TcpServiceName }>> = {
  http: { plain: "http", tls: "https" },
  ssh: { plain: "ssh", tls: "ssh" },
  smtp: { plain: "smtp", tls: "smtp" },
  ldap: { plain: "ldap", tls: "ldaps" },
  dns: { plain: "dns", tls: "tls" },
  "event-console": { plain: "event-console", tls: "event-console" },
  postgresql: { plain: "postgresql", tls: "postgresql" }, // TLS begins inside of the protocol
  mysql: { plain: "mysql", tls: "mysql" },
  ftp: { plain: "ftp", tls: "ftp" },
  imap: { plain: "imap", tls: "imap" },
  pop3: { plain: "pop3", tls: "pop3" },
  other: { plain: "any", tls: "tls" },
};

/** Where TLS comes before the first word of IMAP and POP3 (RFC 8314 section 3). */
const implicitTls: ReadonlySet<number> = new Set([993, 995]);

/** What is sent for one connection of a plug-in. `isDoubtful`: another service than this one is no failure there. */
export function pluginSpec(
  { protocol, speaks, tls, port, isCloud }: UsedConnection,
  isDoubtful: boolean,
  through: { host: string; port: number; proxyPort: number } | undefined,
): PlannedProbeSpec {
  if (protocol === "icmp" || port === undefined) return { kind: "icmp" };
  if (protocol === "udp") return { kind: "udp", port, payload: speaks === "dns" ? "dns" : "empty" };
  if (through !== undefined) {
    const { proxyPort, ...where } = through;
    return { kind: "tcp", port: proxyPort, service: { name: "http-proxy", through: where } };
  }
  const isMoved = tls && (speaks === "imap" || speaks === "pop3") && !implicitTls.has(port);
  const name = isMoved
    ? "tls" // the prober knows by the port alone that TLS comes first
    : isCloud && tls && speaks === "http"
      ? "public-https"
      : servicesBySpeech[speaks][tls ? "tls" : "plain"];
  const isOpen = isDoubtful || name === "any";
  return { kind: "tcp", port, service: { name, ...(isOpen ? { assumed: true } : {}) } };
}
