import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { certificateFacts, isExpired, type ShownCertificate } from "../service/conversation/certificate.ts";
import type { Connection, TlsOffer, TlsOpening } from "../service/conversation/connection.ts";
import { isVouchedFor } from "../service/conversation/public-chain.ts";
import { certificatesShown, readTlsAnswer } from "../../wire/http/tls-records.ts";
import { handedOver } from "./handed-over.ts";
import { sslErrno } from "./ssl-errno.ts";
import type { Transcript } from "./transcript.ts";

/** What became of TLS in a script: its library agreed on it, or its greeting was answered in clear. */
export function openRecordedTls(
  transcript: Transcript,
  offer: TlsOffer,
  connectionOf: (transcript: Transcript) => Connection,
): TlsOpening {
  if (transcript.take("tls") === undefined) {
    transcript.miss();
    return { kind: "timeout" };
  }
  transcript.log.tls = "begun";
  let answered = Buffer.alloc(0);
  for (;;) {
    const fact = transcript.next();
    switch (fact?.kind) {
      case "received":
        answered = Buffer.concat([answered, Buffer.from(fact.bytes, "hex")]);
        break;
      case "secured": {
        transcript.log.tls = "secured";
        const opening = secured(transcript, offer, fact.protocol, fact.certificates.map(derOf), connectionOf);
        // openssl of a script for sh ends with the handshake: nothing was asked under it, so nothing failed to answer.
        return transcript.isOver()
          ? { ...opening, connection: { ...opening.connection, ...unknown(transcript) } }
          : opening;
      }
      case "unsecured":
        return failed(answered, sslErrno(fact.text));
      case "error":
        return answered.length > 0 ? inClear(transcript, offer, answered, connectionOf) : { kind: "reset" };
      case "ended":
        return answered.length > 0 ? inClear(transcript, offer, answered, connectionOf) : { kind: "closed" };
      default:
        return answered.length > 0 ? inClear(transcript, offer, answered, connectionOf) : { kind: "timeout" };
    }
  }
}

const derOf = (digits: string): Uint8Array => Buffer.from(digits, "hex");

/** What was said of the certificates that came in clear before it failed. */
function failed(answered: Buffer, alert: string): TlsOpening {
  const [own] = readChain(certificatesShown(answered));
  return {
    kind: "failed",
    alert,
    answered,
    ...(own === undefined ? {} : { certificate: certificateFacts(own.shown) }),
  };
}

/**
 * The script had no library for TLS: it greeted, and this is what came back. A server that goes on and shows its
 * certificate speaks TLS; what it would say under it, nobody knows.
 */
function inClear(
  transcript: Transcript,
  offer: TlsOffer,
  answered: Buffer,
  connectionOf: (transcript: Transcript) => Connection,
): TlsOpening {
  const answer = readTlsAnswer(answered);
  if (answer?.greeted !== true || answer.alert !== undefined)
    return failed(answered, `ERR_SSL_${answer?.alert ?? "WRONG_VERSION_NUMBER"}`);
  const opening = secured(transcript, offer, "TLS", certificatesShown(answered), connectionOf);
  const inside = { ...opening.connection, ...unknown(transcript) };
  return { ...opening, connection: inside };
}

/** Whatever is asked under a TLS that was not agreed on to its end is not known. */
const unknown = (transcript: Transcript): Pick<Connection, "write" | "read" | "handOver"> => ({
  write: () => transcript.miss(),
  read: () => {
    transcript.miss();
    return Promise.resolve({ bytes: Buffer.alloc(0), ending: "timeout" });
  },
  handOver: () => {
    transcript.miss();
    return handedOver(
      () => undefined,
      () => ({ bytes: Buffer.alloc(0), over: { ending: "closed" } }),
    );
  },
});

function secured(
  transcript: Transcript,
  { authorities, servername }: TlsOffer,
  protocol: string,
  ders: readonly Uint8Array[],
  connectionOf: (transcript: Transcript) => Connection,
): Extract<TlsOpening, { kind: "secured" }> {
  const chain = readChain(ders);
  const [own] = chain;
  const trust =
    authorities === undefined || own === undefined ? {} : trustIn(chain, { authorities, servername, transcript });
  const socket = {
    getProtocol: () => (protocol === "TLS" ? null : protocol),
    alpnProtocol: false,
    getPeerCertificate: () => own?.linked ?? {},
    authorized: false,
    authorizationError: "NOT_VERIFIED",
    ...trust,
  };
  return {
    kind: "secured",
    connection: connectionOf(transcript),
    socket: socket as unknown as TLSSocket,
    ...(own === undefined ? {} : { certificate: certificateFacts(own.shown) }),
  };
}

interface Linked {
  raw: Buffer;
  issuerCertificate: Linked;
}
interface Shown {
  parsed: X509Certificate;
  shown: ShownCertificate;
  linked: Linked;
}

/** The certificates that can be read, up to the first that cannot. */
function readChain(ders: readonly Uint8Array[]): Shown[] {
  const chain: Shown[] = [];
  for (const der of ders) {
    try {
      const parsed = new X509Certificate(der);
      const linked = { raw: parsed.raw } as Linked;
      linked.issuerCertificate = linked;
      chain.push({ parsed, shown: parsed.toLegacyObject() as unknown as ShownCertificate, linked });
    } catch {
      break;
    }
  }
  for (const [at, { linked }] of chain.entries()) linked.issuerCertificate = chain[at + 1]?.linked ?? linked;
  return chain;
}

/** Who vouches for a chain, in the words of node:tls; a chain that was not written down to its end proves nothing. */
function trustIn(
  chain: readonly Shown[],
  {
    authorities,
    servername,
    transcript,
  }: { authorities: readonly string[]; servername: string | undefined; transcript: Transcript },
): { authorized: boolean; authorizationError?: string } {
  const [own] = chain;
  if (own === undefined) return { authorized: false, authorizationError: "NO_CERTIFICATE" };
  if (!isVouchedFor(own.linked as never, authorities)) {
    const last = chain.at(-1)?.parsed;
    if (chain.length === 1 && last?.checkIssued(last) !== true) transcript.miss();
    return { authorized: false, authorizationError: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" };
  }
  if (isExpired(certificateFacts(own.shown), new Date()))
    return { authorized: false, authorizationError: "CERT_HAS_EXPIRED" };
  const isOther = servername !== undefined && own.parsed.checkHost(servername) === undefined;
  return isOther ? { authorized: false, authorizationError: "ERR_TLS_CERT_ALTNAME_INVALID" } : { authorized: true };
}
