import type { TLSSocket } from "node:tls";
import { readHttpStatusLine } from "../../../wire/http/status-line.ts";
import { printable } from "../../../model/text/printable.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import type { Connection, TlsOffer } from "./connection.ts";
import type { Found, ServiceContext } from "./service-prober.ts";
import { type NotSecured, type TlsFacts, foundWithoutTls, sawCharacters, tlsFacts } from "./tls-evidence.ts";

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
  const { connection: inside, socket } = opening;
  return { kind: "secured", connection: inside, socket, facts: tlsFacts(opening) };
}

/**
 * The same over a second connection, for a service that was asked in plain text first. Undefined if the connection could
 * not be opened, or if what answers there speaks no TLS either.
 */
export async function openTlsAgain(
  context: ServiceContext,
  offerNow: () => TlsOffer, // what is left of the time is known when the connection is there
): Promise<SecureOpening | undefined> {
  const connection = await context.connectAgain();
  if (connection.kind === "not-connected") return undefined;
  const opening = await openTls(connection, offerNow());
  return opening.kind === "secured" || opening.found.finding === "tls-failed" ? opening : undefined;
}

/**
 * Explains a refusal or a strange certificate by the server's name, which is sent where the target has one. It changes
 * nothing of the finding: a second connection without the name says what `isOwn` makes of it there.
 */
export async function explainByName(
  found: Found,
  context: ServiceContext,
  isOwn: (opening: Extract<SecureOpening, { kind: "secured" }>) => string | undefined,
): Promise<Found> {
  if (found.finding !== "foreign-certificate" && found.finding !== "tls-failed") return found;
  if (context.name === undefined) {
    const mayWantName =
      found.finding === "foreign-certificate" || [...wantsName].some((one) => found.saw?.includes(one));
    return mayWantName ? withWords(found, "it was asked by address, without a server name") : found;
  }
  const connection = await context.connectAgain();
  if (connection.kind === "not-connected") return found;
  const opening = await openTls(connection, { withinMs: context.leftMs() });
  const own = opening.kind === "secured" ? isOwn(opening) : undefined;
  return own === undefined ? found : withWords(found, `without the server's name ${own}`);
}

function withWords(found: Found, words: string): Found {
  const said = printable(found.saw ?? "", sawCharacters - words.length - 2);
  return { ...found, saw: said === "" ? words : `${said}; ${words}` };
}

/** What it means that no TLS connection could be agreed on, where HTTP under TLS is expected. */
export function readRefusal(opening: NotSecured): Found {
  const line = opening.kind === "failed" ? readHttpStatusLine(opening.answered) : undefined;
  if (line !== undefined) return { finding: "plaintext", saw: `HTTP ${line.status} without TLS` };
  return foundWithoutTls(opening, describeAlert);
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
