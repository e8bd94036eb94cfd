import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { CertificateFacts } from "../../../model/service-evidence.ts";
import { printable } from "../../../model/text/printable.ts";

const mostAltNames = 10;
const nameCharacters = 120;

/** What is read of a certificate; `PeerCertificate` of node:tls has it, so has a test. */
export type ShownCertificate = Pick<DetailedPeerCertificate, "subject" | "issuer" | "valid_from" | "valid_to"> & {
  subjectaltname?: string | undefined;
};

/**
 * The certificate that the other side of a TLS connection showed; undefined if it showed none (PSK, or the handshake
 * did not come that far). Evidence only: nothing here verifies anything.
 */
export function certificateOf(socket: TLSSocket): CertificateFacts | undefined {
  const shown: DetailedPeerCertificate | null = socket.getPeerCertificate(true);
  // node:tls gives null after the socket was destroyed, and an empty object if there was no certificate.
  return shown?.subject === undefined ? undefined : certificateFacts(shown);
}

/** The facts of a certificate as node:tls describes it, safe to show. Never throws, whatever the certificate says. */
export function certificateFacts(shown: ShownCertificate): CertificateFacts {
  return {
    subject: nameOf(shown.subject),
    issuer: nameOf(shown.issuer),
    altNames: splitAltNames(shown.subjectaltname ?? "")
      .slice(0, mostAltNames)
      .map((name) => printable(name, nameCharacters)),
    validFrom: isoDate(shown.valid_from),
    validTo: isoDate(shown.valid_to),
  };
}

/**
 * The Checkmk site whose certificate authority this issuer is: `Site 'ID' local CA` (Checkmk, omdlib/certs.py).
 * Undefined for every other issuer, the site's agent signing CA included.
 */
export function siteOfIssuer(issuer: string): string | undefined {
  return /^Site '([\w-]{1,64})' local CA$/.exec(issuer)?.[1];
}

/** True if the certificate is past its dates, or before them, at the given time. Dates that cannot be read are valid. */
export function isExpired({ validFrom, validTo }: CertificateFacts, at: Date): boolean {
  return at.getTime() < Date.parse(validFrom) || at.getTime() > Date.parse(validTo);
}

type DistinguishedName = Partial<Record<string, string | string[]>>;

/** The common name (the last one, which is the most specific), or the whole name if it has none. */
function nameOf(name: object | undefined): string {
  const parts = Object.entries((name ?? {}) as DistinguishedName);
  const common = [parts.find(([key]) => key === "CN")?.[1] ?? []].flat().at(-1);
  const whole = parts.flatMap(([key, values]) => [values ?? []].flat().map((value) => `${key}=${value}`));
  return printable(common ?? whole.join(", "), nameCharacters);
}

/** Node joins the names with `, ` and puts names in double quotes, as JSON, that could be mistaken for several. */
function splitAltNames(joined: string): string[] {
  return (
    joined
      .slice(0, 65_536)
      .match(/(?:"(?:[^"\\]|\\.)*"|[^",]|"|,(?! ))+/g)
      ?.map((name) => name.trim()) ?? []
  );
}

/** `Jan  1 00:00:00 2024 GMT` as ISO 8601; what cannot be read stays as it is. */
function isoDate(text: string | undefined): string {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? printable(text ?? "", 40) : date.toISOString();
}
