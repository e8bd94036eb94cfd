import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";

const longestChain = 10;

/**
 * True if the certificates that a server showed lead, signature by signature, to one of the authorities (PEM). Dates and
 * names are not looked at: node:tls says "expired" first, even where the authority is unknown.
 */
export function isVouchedFor(
  leaf: Pick<DetailedPeerCertificate, "raw" | "issuerCertificate">,
  authorities: readonly string[],
): boolean {
  const roots = authorities.map((pem) => new X509Certificate(pem));
  let shown: typeof leaf | undefined = leaf;
  for (let step = 0; step < longestChain && shown?.raw !== undefined; step += 1) {
    const certificate = new X509Certificate(shown.raw);
    if (roots.some((root) => isSignedBy(certificate, root))) return true;
    const above: typeof leaf | undefined = shown.issuerCertificate;
    if (above?.raw === undefined || above === shown) return false;
    if (!isSignedBy(certificate, new X509Certificate(above.raw))) return false;
    shown = above;
  }
  return false;
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}
