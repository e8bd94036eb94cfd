import { z } from "zod";

/** What is known of a service whatever node it runs on. A flag that is absent is false. */
interface ServiceRecord {
  /** What answers, in a few words for people. */
  label: string;
  /** Where it is asked: over TCP by its own prober, over UDP by what a datagram brings back. */
  transport: "tcp" | "udp";
  /** Ports where it usually listens. */
  ports: readonly [number, ...number[]];
  /** Whether it is a part of Checkmk; words such as `omd status` or "site of another name" fit only there. */
  belongsTo: "checkmk" | "others";
  /** It is there before Checkmk is installed, so that a wrong answer is a failure even then. */
  precedesCheckmk?: true;
  /** Its answer tells one Checkmk site from another. */
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
    label: "the same over TLS",
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
  ntp: { label: "time server", transport: "udp", ports: [123], belongsTo: "others", precedesCheckmk: true },
} as const satisfies Readonly<Record<string, ServiceRecord>>;

export type ServiceName = keyof typeof services;
/** The services that are asked over TCP. */
export type TcpServiceName = {
  [Name in ServiceName]: (typeof services)[Name]["transport"] extends "tcp" ? Name : never;
}[ServiceName];

export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];
const isAskedOverTcp = (name: ServiceName): name is TcpServiceName => services[name].transport === "tcp";
const serviceNameSchema = z.enum(serviceNames);
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
  /** Discovery only: the page that a redirect of another machine named, in place of the site's own. */
  path: z.string().optional(),
  /**
   * Discovery only: how many redirects are followed, and that `onward` is wanted. Who asks so goes on at other machines
   * himself, as the agent controller does.
   */
  redirects: z.number().int().nonnegative().optional(),
});
export type ServiceSpec = z.infer<typeof serviceSpecSchema>;

/**
 * What the conversation after the handshake showed. A fact like an outcome: `judge/service-rules.ts` says what each
 * means for a requirement.
 */
export const findingSchema = z.enum([
  "verified", // the service that was asked answered as itself
  "handshake-only", // nothing more may be asked of this service, or nothing more is to be expected
  "unencrypted", // the service answered, without the encryption that it could have
  "shared-secret", // the service answered encrypted, with a secret that both sides must know
  "refuses", // the service itself answered, and said that it does not serve, or not this client
  "not-ready", // something in its place said that the service is not ready to serve
  "other-answer", // right protocol, but not the answer that the question has
  "certificate-expired", // verified, but outside the dates of its certificate
  "clock-differs", // NTP: more than a second between the two clocks
  "unanswered", // the connection was accepted and stayed silent
  "closed", // the connection was accepted and closed or reset without an answer
  "wrong-service", // something else answered
  "wrong-site", // the right service, but not for the wanted Checkmk site; `site` names another one if that was seen
  "foreign-certificate", // TLS, but with a certificate that this service does not have
  "plaintext", // plain text where TLS is expected
  "tls-failed", // no TLS connection could be agreed on
]);
export type Finding = z.infer<typeof findingSchema>;

/** A certificate as it was shown. It is evidence, never trusted. Names are cut and stripped of control characters. */
const certificateSchema = z.strictObject({
  subject: z.string(), // common name, or the whole name if it has none
  issuer: z.string(),
  altNames: z.array(z.string()), // `DNS:cmk.example.com`, `IP Address:10.0.0.5`; at most ten
  validFrom: z.string(), // ISO 8601
  validTo: z.string(),
});
export type CertificateFacts = z.infer<typeof certificateSchema>;

/** What a service said for itself. */
export const serviceEvidenceSchema = z.strictObject({
  name: serviceNameSchema,
  finding: findingSchema,
  /** What was seen, in a few words for people: `agent controller with TLS`, `SSH-2.0-OpenSSH_9.2`. */
  saw: z.string().optional(),
  /** The Checkmk site that answered, where the answer names it. */
  site: z.string().optional(),
  /** The port of the agent receiver, as the discovery endpoint says it. */
  receiverPort: z.number().int().min(1).max(65_535).optional(),
  /** A page that only sends clients on to HTTPS: plain HTTP is of use only where HTTPS works as well. */
  leadsTo: z.literal("https").optional(),
  /** Where a page sends its clients, if that is another machine or port: `https://sso.example.com/login`. */
  redirectsTo: z.string().optional(),
  /** What became of redirects, where the question asked for it: the targets, how many more may follow, and the end. */
  onward: z
    .strictObject({
      via: z.array(z.string()), // without login and query
      left: z.number().int().nonnegative(),
      end: z.enum(["answered", "elsewhere", "too-many", "not-reached", "no-web-address"]),
      url: z.string().optional(), // with `elsewhere`: the whole of it; whoever goes on there forgets it then
    })
    .optional(),
  /**
   * Only with `unanswered`: how far the conversation came. Nothing had to be sent, the TLS greeting was, a part of its
   * answer came, or the question was sent. Whether it arrived there, nobody can know.
   */
  stalledAfter: z.enum(["connect", "client-hello", "server-hello", "question"]).optional(),
  /** Only with `unanswered`: bytes that this side had sent on that connection. */
  sentBytes: z.number().int().nonnegative().optional(),
  /**
   * Only with `unanswered`: whether a second question of some 50 bytes, with as short an answer, was answered. If it was,
   * what is lost is lost by its size. Absent if it was not asked.
   */
  smallAnswered: z.boolean().optional(),
  /** How long nothing came: to the end with `unanswered`, else the longest wait for an answer that came. Milliseconds. */
  waitedMs: z.number().nonnegative().optional(),
  /** The service answered, but let this side wait for long; see `waitedMs`. */
  slow: z.literal(true).optional(),
  /** NTP: how far the other clock is ahead of this one. */
  clockOffsetMs: z.number().optional(),
  tlsVersion: z.string().optional(),
  certificate: certificateSchema.optional(),
});
export type ServiceEvidence = z.infer<typeof serviceEvidenceSchema>;
