import { z } from "zod";
import { serviceNameSchema } from "./service.ts";

/**
 * What the conversation after the handshake showed. A fact like an outcome: `judge/service-rules.ts` says what each
 * means for a requirement.
 */
export const findingSchema = z.enum([
  "verified", // the service that was asked answered correctly
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
