import { z } from "zod";

/** What is known of a service whatever node it runs on. A flag that is absent is false. */
interface ServiceRecord {
  /** What answers, in a few words for people. */
  label: string;
  /** Where it is asked: over TCP by its own prober, over UDP by what a datagram brings back. */
  transport: "tcp" | "udp";
  /** Ports where it usually listens; empty if there are none. */
  ports: readonly number[];
  /** Whether it is a part of Checkmk; words such as `omd status` or "site of another name" fit only there. */
  belongsTo: "checkmk" | "others";
  /** It is there before Checkmk is installed, so that a wrong answer is a failure even then. */
  precedesCheckmk?: true;
  /** Its answer, or the name that it is asked by, tells one Checkmk site from another. */
  namesSite?: true;
  /** A second connection could start work, make an event or disturb a cluster: it is never asked twice. */
  askedOnce?: true;
}

/**
 * Every service that says something for itself, and can be asked without doing harm. `probe/service/services.ts` says
 * how each one over TCP is asked.
 */
const services = {
  "checkmk-agent": { label: "Checkmk agent", transport: "tcp", ports: [6556], belongsTo: "checkmk", askedOnce: true },
  "agent-receiver": {
    label: "agent receiver of a site",
    transport: "tcp",
    ports: [8000],
    belongsTo: "checkmk",
    namesSite: true,
  },
  "receiver-discovery-http": {
    label: "a site's web pages, which name the port of its agent receiver",
    transport: "tcp",
    ports: [80],
    belongsTo: "checkmk",
    namesSite: true,
  },
  "receiver-discovery-https": {
    label: "a site's web pages over TLS, which name the port of its agent receiver",
    transport: "tcp",
    ports: [443],
    belongsTo: "checkmk",
    namesSite: true,
  },
  http: { label: "any web server", transport: "tcp", ports: [80], belongsTo: "others" },
  https: { label: "any web server, over TLS", transport: "tcp", ports: [443], belongsTo: "others" },
  "public-https": {
    label: "web server whose certificate public authorities vouch for",
    transport: "tcp",
    ports: [443],
    belongsTo: "others",
    precedesCheckmk: true,
  },
  "site-apache": {
    label: "Apache of a site, on loopback",
    transport: "tcp",
    ports: [5000],
    belongsTo: "checkmk",
    namesSite: true,
  },
  livestatus: { label: "Livestatus", transport: "tcp", ports: [6557], belongsTo: "checkmk", namesSite: true },
  "event-console": { label: "status port of the Event Console", transport: "tcp", ports: [6558], belongsTo: "checkmk" },
  "notification-spooler": { label: "notification spooler", transport: "tcp", ports: [6555], belongsTo: "checkmk" },
  "message-broker": {
    label: "message broker (AMQP over TLS)",
    transport: "tcp",
    ports: [5672, 5671],
    belongsTo: "checkmk",
    namesSite: true,
  },
  "rabbitmq-management": {
    label: "management page of the message broker",
    transport: "tcp",
    ports: [15_671],
    belongsTo: "checkmk",
  },
  epmd: { label: "Erlang port mapper of the message broker", transport: "tcp", ports: [4369], belongsTo: "checkmk" },
  "otlp-grpc": {
    label: "OpenTelemetry collector, gRPC",
    transport: "tcp",
    ports: [4317, 14_317],
    belongsTo: "checkmk",
  },
  "otlp-http": { label: "OpenTelemetry collector, HTTP", transport: "tcp", ports: [4318], belongsTo: "checkmk" },
  syslog: { label: "syslog receiver over TCP", transport: "tcp", ports: [514], belongsTo: "others", askedOnce: true },
  smtp: {
    label: "mail server (on 465 TLS comes first)",
    transport: "tcp",
    ports: [25, 465, 587],
    belongsTo: "others",
    precedesCheckmk: true,
  },
  dns: { label: "name server over TCP", transport: "tcp", ports: [53], belongsTo: "others", precedesCheckmk: true },
  ldap: { label: "directory server", transport: "tcp", ports: [389], belongsTo: "others", precedesCheckmk: true },
  ldaps: {
    label: "directory server, over TLS",
    transport: "tcp",
    ports: [636], // RFC 4513 section 3.1.1 knows StartTLS only; IANA registers 636 for LDAP over TLS
    belongsTo: "others",
    precedesCheckmk: true,
  },
  "pacemaker-remote": {
    label: "Pacemaker Remote of a cluster",
    transport: "tcp",
    ports: [3121],
    belongsTo: "others",
    askedOnce: true,
  },
  drbd: { label: "DRBD of a cluster", transport: "tcp", ports: [7789], belongsTo: "others", askedOnce: true },
  "windows-agent-channel": {
    label: "inner channel of the Windows agent, on loopback",
    transport: "tcp",
    ports: [28_250],
    belongsTo: "checkmk",
  },
  ssh: { label: "SSH server", transport: "tcp", ports: [22], belongsTo: "others", precedesCheckmk: true },
  tls: {
    label: "anything that speaks TLS, whatever its certificate",
    transport: "tcp",
    ports: [443, 636, 853, 990, 993, 995, 3269, 5986, 6443, 8443, 9443], // the last four are usual, not registered
    belongsTo: "others",
    precedesCheckmk: true,
  },
  postgresql: {
    label: "PostgreSQL server, asked whether it speaks TLS",
    transport: "tcp",
    ports: [5432],
    belongsTo: "others",
    precedesCheckmk: true,
  },
  mysql: {
    label: "MySQL or MariaDB server",
    transport: "tcp",
    ports: [3306],
    belongsTo: "others",
    precedesCheckmk: true,
    askedOnce: true, // who leaves without a login is counted, and shut out after 100 times (docs/notes/probe-safety.md)
  },
  ftp: { label: "FTP server", transport: "tcp", ports: [21], belongsTo: "others", precedesCheckmk: true },
  imap: {
    label: "mailbox server, IMAP (on 993 TLS comes first)",
    transport: "tcp",
    ports: [143, 993],
    belongsTo: "others",
    precedesCheckmk: true,
  },
  pop3: {
    label: "mailbox server, POP3 (on 995 TLS comes first)",
    transport: "tcp",
    ports: [110, 995],
    belongsTo: "others",
    precedesCheckmk: true,
  },
  "http-proxy": {
    label: "web proxy, asked for a way to another server",
    transport: "tcp",
    ports: [3128, 8080],
    belongsTo: "others",
    precedesCheckmk: true,
  },
  any: {
    label: "whatever listens: it is asked nothing",
    transport: "tcp",
    ports: [],
    belongsTo: "others",
    precedesCheckmk: true,
  },
  ntp: { label: "time server", transport: "udp", ports: [123], belongsTo: "others", precedesCheckmk: true },
} as const satisfies Readonly<Record<string, ServiceRecord>>;

export type ServiceName = keyof typeof services;
/** The services that are asked over TCP. */
export type TcpServiceName = {
  [Name in ServiceName]: (typeof services)[Name]["transport"] extends "tcp" ? Name : never;
}[ServiceName];

export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];
const isAskedOverTcp = (name: ServiceName): name is TcpServiceName => services[name].transport === "tcp";
export const serviceNameSchema = z.enum(serviceNames);
export const tcpServiceNameSchema = z.enum(serviceNames.filter(isAskedOverTcp));

/** What is known of the service of that name. */
export const serviceRecord = (name: ServiceName): ServiceRecord => services[name];

/** Whose answer is wanted. */
export const serviceSpecSchema = z.strictObject({
  name: tcpServiceNameSchema,
  /** The Checkmk site that must be the one that answers. */
  site: z.string().optional(),
  /** The service is known to speak plain text, so that this is no caveat: an agent declared as `agent: legacy`. */
  plaintext: z.literal("expected").optional(),
  /** Where a proxy is to lead. */
  through: z.strictObject({ host: z.string(), port: z.number().int().min(1).max(65_535) }).optional(),
  /** Nobody named the service: it is what usually listens at this port, so another one is no failure. */
  assumed: z.literal(true).optional(),
  /** Discovery only: the page that a redirect of another machine named, in place of the site's own. */
  path: z.string().optional(),
  /**
   * Discovery only: how many redirects are followed, and that `onward` is wanted. Who asks so goes on at other machines
   * himself, as the agent controller does.
   */
  redirects: z.number().int().nonnegative().optional(),
});
export type ServiceSpec = z.infer<typeof serviceSpecSchema>;
