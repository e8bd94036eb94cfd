import { type TLSSocket, rootCertificates } from "node:tls";
import { isVouchedFor } from "../conversation/public-chain.ts";
import { openTls } from "../conversation/secure-opening.ts";
import { type TlsFacts, serverName } from "../conversation/tls-evidence.ts";
import type { Connection } from "../conversation/connection.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";

/** What OpenSSL says of a certificate outside its dates (openssl-verification-options(1)). */
const outsideDates = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/**
 * A web service on the internet, whose certificate a public authority must vouch for, under the name that was asked for.
 * Another authority is a sign of TLS inspection on the way. Nothing is asked beyond the handshake.
 */
export const askPublicHttps: ServiceProber = (...asked) => askVouchedFor(rootCertificates)(...asked);

/** The same with other authorities (PEM) than the public ones. */
export const askVouchedFor =
  (authorities: readonly string[]): ServiceProber =>
  (connection, _spec, context) =>
    verifyChain(connection, authorities, context);

/** TLS, and what its chain means under the name that was asked for. */
export async function verifyChain(
  connection: Connection,
  authorities: readonly string[],
  context: Pick<ServiceContext, "name" | "leftMs">,
): Promise<Found> {
  const opening = await openTls(connection, { ...serverName(context), authorities, withinMs: context.leftMs() });
  if (opening.kind === "not-secured") return opening.found;
  return readChain(trustOf(opening.socket, authorities), opening.facts, context.name);
}

/** What the verification of a certificate came to; `refusal` is the code of OpenSSL or node:tls. */
interface Trust {
  refusal?: string;
  /** A public authority signed it, whatever its dates and names are. */
  isPublic: boolean;
}

function trustOf(socket: TLSSocket, authorities: readonly string[]): Trust {
  if (socket.authorized) return { isPublic: true };
  const error: unknown = socket.authorizationError; // a code, though its type says Error
  const refusal = String(error);
  const mayBePublic = outsideDates.has(refusal) || refusal === "ERR_TLS_CERT_ALTNAME_INVALID";
  return { refusal, isPublic: mayBePublic && isVouchedFor(socket.getPeerCertificate(true), authorities) };
}

/** What the chain means. Without a `name`, where the target is a literal address, there is none to compare. */
function readChain({ refusal, isPublic }: Trust, facts: TlsFacts, name: string | undefined): Found {
  const { certificate } = facts;
  if (certificate === undefined) return { finding: "foreign-certificate", saw: "TLS without a certificate", ...facts };
  if (!isPublic) return { finding: "foreign-certificate", saw: "no public authority vouches for it", ...facts };
  const isOtherName = refusal === "ERR_TLS_CERT_ALTNAME_INVALID" && name !== undefined;
  if (isOtherName) return { finding: "foreign-certificate", saw: "it is made out to another name", ...facts };
  if (refusal !== undefined && outsideDates.has(refusal)) return { finding: "certificate-expired", ...facts };
  return { finding: "verified", saw: "a public authority vouches for it", ...facts };
}
