import type { CertificateFacts } from "../../../model/service-evidence.ts";
import { summariseBytes } from "../../../wire/byte-summary.ts";
import { printable } from "../../../model/text/printable.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import { isExpired, siteOfIssuer } from "./certificate.ts";
import type { TlsOpening } from "./connection.ts";
import type { Found, ServiceContext } from "./service-prober.ts";

/** Longest text that a service gets into the evidence. */
export const sawCharacters = 120;

type Secured = Extract<TlsOpening, { kind: "secured" }>;

/**
 * The name to ask for (RFC 6066 §3), as real clients send it: the one that the target was given by, without a dot at its
 * end, and none for an address. A router may choose by it, and a machine may have a certificate for each of its names.
 * Who sends which: docs/notes/server-names.md.
 */
export function serverName({ name }: Pick<ServiceContext, "name">): { servername?: string } {
  return name === undefined ? {} : { servername: name.replace(/\.$/, "") };
}

/** What a TLS handshake tells about the other side. */
export type TlsFacts = Pick<Found, "tlsVersion" | "certificate">;

/** What the TLS connection itself showed, to be spread into what was found. */
export function tlsFacts({ socket, certificate }: Secured): TlsFacts {
  const tlsVersion = socket.getProtocol();
  return {
    ...(tlsVersion === null ? {} : { tlsVersion }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/**
 * The Checkmk site that a certificate belongs to; undefined if no site's own authority signed it. A site may have been
 * certified by another one, so its own name or its issuer's is enough where `wanted` is the one. Old sites' certificates
 * were made out to `localhost`.
 */
export function siteShown(certificate: CertificateFacts | undefined, wanted: string | undefined): string | undefined {
  const issuer = certificate === undefined ? undefined : siteOfIssuer(certificate.issuer);
  if (certificate === undefined || issuer === undefined) return undefined;
  const { subject } = certificate;
  if (wanted !== undefined && (subject === wanted || issuer === wanted)) return wanted;
  return /^\w[\w-]{0,63}$/.test(subject) && subject !== "localhost" ? subject : issuer;
}

/**
 * `verified`, unless the certificate names another site than `wanted` or is out of its dates. Call it at once: a TLS
 * connection that has ended no longer knows its version.
 */
export function verifiedUnder(opening: Secured, wanted?: string): Found {
  return verifiedBy(tlsFacts(opening), wanted);
}

/** The same for what was shown before the handshake failed. */
export function verifiedBy(facts: TlsFacts, wanted?: string): Found {
  const site = siteShown(facts.certificate, wanted);
  const found = verifiedWith(facts, site === undefined ? {} : { site });
  const isOther = site !== undefined && wanted !== undefined && site !== wanted;
  return isOther ? { ...found, finding: "wrong-site" } : found;
}

/** A service that answered correctly: verified, unless its certificate is outside its dates today. */
export function verifiedWith(facts: TlsFacts, rest: Omit<Found, "finding"> = {}): Found {
  const { certificate } = facts;
  const isOld = certificate !== undefined && isExpired(certificate, new Date());
  return { ...rest, ...facts, finding: isOld ? "certificate-expired" : "verified" };
}

/** A handshake that came to nothing. */
export type NotSecured = Exclude<TlsOpening, Secured>;

/**
 * What it means that no TLS connection came about, for a service that says nothing without one. `inWords` words what
 * OpenSSL calls the error, where no alert of the other side was seen.
 */
export function foundWithoutTls(opening: NotSecured, inWords: (error: string) => string = describeError): Found {
  if (opening.kind === "timeout") return { finding: "unanswered", saw: "no answer to the TLS greeting" };
  if (opening.kind !== "failed") return { finding: "closed", saw: `${opening.kind} at the TLS greeting` };
  const { answered, alert, certificate } = opening;
  const answer = readTlsAnswer(answered);
  if (answer === undefined && answered.length > 0) return { finding: "wrong-service", saw: summariseBytes(answered) };
  const saw = answer?.alert === undefined ? inWords(alert) : `TLS alert ${answer.alert}`;
  return { finding: "tls-failed", saw, ...(certificate === undefined ? {} : { certificate }) };
}

/** OpenSSL's `ERR_SSL_UNSUPPORTED_PROTOCOL` as words for people. */
function describeError(alert: string): string {
  const words = alert
    .replace(/^ERR_SSL_/, "")
    .toLowerCase()
    .replaceAll("_", " ");
  return `TLS: ${printable(words, 80)}`;
}
