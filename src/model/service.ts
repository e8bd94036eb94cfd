import { z } from "zod";

/** The services over TCP that can be asked for their own answer without doing harm; `probe/service/services.ts` has their probers. */
export const tcpServiceNameSchema = z.enum([
  "checkmk-agent", // 6556
  "agent-receiver", // 8000 and up
  "receiver-discovery-http", // 80: which port the agent receiver has
  "receiver-discovery-https", // 443
  "http",
  "https",
  "public-https", // HTTPS whose certificate the public authorities must vouch for
  "site-apache", // 5000
  "livestatus", // 6557
  "event-console", // 6558
  "notification-spooler", // 6555
  "message-broker", // 5671, 5672: AMQP over TLS
  "rabbitmq-management", // 15671
  "epmd", // 4369
  "otlp-grpc", // 4317, 14317
  "otlp-http", // 4318
  "syslog", // 514 over TCP
  "smtp", // 25, 587; on 465 TLS comes first
  "dns", // 53 over TCP
  "ldap", // 389
  "ldaps", // 636
  "pacemaker-remote", // 3121
  "drbd", // 7789
  "windows-agent-channel", // 28250
  "ssh", // 22
  "tls", // any port, any certificate
  "http-proxy", // 3128, 8080: asked for a way to another server
  "any", // whatever listens: it is asked nothing
]);
export type TcpServiceName = z.infer<typeof tcpServiceNameSchema>;

/** All services that say something for themselves; NTP answers over UDP. */
const serviceNameSchema = z.enum([...tcpServiceNameSchema.options, "ntp"]);

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
  "wrong-site", // the right service of another Checkmk site
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
