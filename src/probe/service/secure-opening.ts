import type { TLSSocket } from "node:tls";
import type { ServiceEvidence } from "../../model/service.ts";
import { summariseBytes } from "../../wire/byte-summary.ts";
import { readHttpStatusLine } from "../../wire/http-status-line.ts";
import { printable } from "../../wire/printable.ts";
import { readTlsAnswer } from "../../wire/tls-records.ts";
import { isExpired } from "./certificate.ts";
import type { Connection, TlsOffer, TlsOpening } from "./connection.ts";
import type { Found } from "./service-prober.ts";

/** What a TLS handshake tells about the other side. */
export type TlsFacts = Pick<ServiceEvidence, "tlsVersion" | "certificate">;

/** A connection that TLS was agreed on, or what its refusal means for a service that has to speak HTTP under it. */
export type SecureOpening =
  | { kind: "secured"; connection: Connection; socket: TLSSocket; facts: TlsFacts }
  | { kind: "not-secured"; found: Found };

/** Opens TLS for a service that speaks HTTP under it; `read` says what it means if there is none. */
export async function openTls(
  connection: Connection,
  offer: TlsOffer,
  read: (opening: NotSecured, offer: TlsOffer) => Found = readRefusal,
): Promise<SecureOpening> {
  const opening = await connection.startTls(offer);
  if (opening.kind !== "secured") return { kind: "not-secured", found: read(opening, offer) };
  const { socket, certificate } = opening;
  const version = socket.getProtocol();
  const facts = {
    ...(version === null ? {} : { tlsVersion: version }),
    ...(certificate === undefined ? {} : { certificate }),
  };
  return { kind: "secured", connection: opening.connection, socket, facts };
}

type NotSecured = Exclude<TlsOpening, { kind: "secured" }>;

/** What it means that no TLS connection could be agreed on, where HTTP under TLS is expected. */
export function readRefusal(opening: NotSecured): Found {
  if (opening.kind === "timeout") return { finding: "unanswered", saw: "no answer to the TLS greeting" };
  if (opening.kind !== "failed") return { finding: "closed", saw: `${opening.kind} at the TLS greeting` };
  const { alert, answered, certificate } = opening;
  const line = readHttpStatusLine(answered);
  if (line !== undefined) return { finding: "plaintext", saw: `HTTP ${line.status} without TLS` };
  const records = readTlsAnswer(answered);
  if (answered.length > 0 && records === undefined) return { finding: "wrong-service", saw: summariseBytes(answered) };
  const words = records?.alert === undefined ? describeAlert(alert) : `TLS alert ${records.alert}`;
  return { finding: "tls-failed", saw: words, ...(certificate === undefined ? {} : { certificate }) };
}

/** What servers say to a greeting without a name if they serve names alone: nginx 112, Caddy 80, others 40 or 49. */
const wantsName = new Set(["unrecognized_name", "internal_error", "handshake_failure", "access_denied"]);

/**
 * The same for web servers of every kind. Some serve only clients that name them or show a certificate of their own:
 * they answered in TLS, and clients that do so may well be served, so that is no failure of TLS.
 */
export function readWebRefusal(opening: NotSecured, { servername }: TlsOffer): Found {
  const refusal = readRefusal(opening);
  if (refusal.finding !== "tls-failed" || opening.kind !== "failed") return refusal;
  const { greeted = false, alert = "" } = readTlsAnswer(opening.answered) ?? {};
  if (!greeted && servername === undefined && wantsName.has(alert)) {
    return { ...refusal, finding: "other-answer", saw: `TLS alert ${alert} to a greeting without a server name` };
  }
  return greeted && opening.certificate !== undefined && isDemand(opening.alert)
    ? { ...refusal, finding: "other-answer", saw: demandsCertificate }
    : refusal;
}

/** What is said of a server that serves only clients with a certificate. */
export const demandsCertificate = "TLS that demands a client certificate";

/** True for an alert by which servers demand a certificate, in OpenSSL's word: all versions of TLS have their own. */
export const isDemand = (errno = ""): boolean => /ALERT.*(?:CERTIFICATE|HANDSHAKE)/.test(errno);

/** OpenSSL's word as words for people: `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED` is `TLS alert certificate required`. */
function describeAlert(alert: string): string {
  const words = alert.replace(/^ERR_SSL_(?:SSLV3_|TLSV1_|TLSV13_)?/, "");
  return printable(`TLS ${words.toLowerCase().replaceAll("_", " ")}`, 80);
}

/** A service that answered as itself: verified, unless its certificate is outside its dates today. */
export function verifiedWith(facts: TlsFacts, rest: Omit<Found, "finding"> = {}): Found {
  const { certificate } = facts;
  const isOld = certificate !== undefined && isExpired(certificate, new Date());
  return { ...rest, ...facts, finding: isOld ? "certificate-expired" : "verified" };
}
