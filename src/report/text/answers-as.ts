import type { Answer } from "../../model/outcome.ts";
import type { Finding } from "../../model/service-evidence.ts";
import type { ServiceName } from "../../model/service.ts";
import type { Facts } from "./wording.ts";

/** What each service answers as, behind "answers as". */
const nouns = {
  "checkmk-agent": "an agent",
  "agent-receiver": "an agent receiver",
  "receiver-discovery-http": "a site's web server",
  "receiver-discovery-https": "a site's web server",
  http: "a web server",
  https: "a web server",
  "public-https": "a public web server",
  "site-apache": "a site's Apache",
  livestatus: "Livestatus",
  "event-console": "an Event Console",
  "notification-spooler": "a notification spooler",
  "message-broker": "a message broker",
  "rabbitmq-management": "the management page of a message broker",
  epmd: "an Erlang port mapper",
  "otlp-grpc": "an OpenTelemetry collector",
  "otlp-http": "an OpenTelemetry collector",
  syslog: "a syslog receiver",
  smtp: "a mail server",
  dns: "a name server",
  ldap: "a directory server",
  ldaps: "a directory server",
  "pacemaker-remote": "Pacemaker Remote",
  drbd: "DRBD",
  "windows-agent-channel": "the inner channel of an agent",
  ssh: "an SSH server",
  tls: "a TLS service",
  postgresql: "a PostgreSQL server",
  mysql: "a MySQL server",
  ftp: "an FTP server",
  imap: "a mailbox server",
  pop3: "a mailbox server",
  "http-proxy": "a web proxy",
  any: "a service",
  ntp: "a time server",
} as const satisfies Record<ServiceName, string>;

/** Findings of a service that answered correctly. */
const asItself: ReadonlySet<Finding> = new Set<Finding>([
  "verified",
  "unencrypted",
  "shared-secret",
  "certificate-expired",
  "clock-differs",
]);

/** True if an address answered, and as well as can be known: its service as itself, or no service was asked. */
export function isGoodAnswer({ outcome, evidence: { service, replyMatches } }: Pick<Answer, "outcome" | "evidence">) {
  if (outcome.kind !== "open" || replyMatches === false) return false;
  return service === undefined || service.finding === "handshake-only" || asItself.has(service.finding);
}

/** The service that answered correctly, with its article; `undefined` where none was asked or none answered so. */
export function nounOf({ service, snmp }: Answer["evidence"], port: number | undefined): string | undefined {
  if (service !== undefined) return asItself.has(service.finding) ? nouns[service.name] : undefined;
  if (snmp !== undefined) return "an SNMP agent";
  return port === 53 ? nouns.dns : undefined;
}

/** How a good answer reads behind the address: `answers as an agent`, `accepts connections`. */
export function answersAs(
  { evidence }: Pick<Answer, "evidence">,
  { protocol, port }: Pick<Facts, "protocol" | "port">,
) {
  if (protocol === "icmp") return "answers echo requests";
  const noun =
    protocol === "udp" &&
    evidence.replyMatches !== true &&
    evidence.service === undefined &&
    evidence.snmp === undefined
      ? undefined
      : nounOf(evidence, port);
  if (noun !== undefined) return `answers as ${noun}`;
  return protocol === "udp" ? "answers" : "accepts connections";
}

/** `IPv4 10.0.0.5`; a name stands for itself. */
export function withFamily(address: string): string {
  const family = familyOf({ address });
  return family === undefined ? address : `${family} ${address}`;
}

/** The family of an address; names have none. */
export function familyOf({ address }: Pick<Facts, "address">): "IPv4" | "IPv6" | undefined {
  if (address.includes(":")) return "IPv6";
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) ? "IPv4" : undefined;
}
