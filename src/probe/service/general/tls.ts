import { isDemand, demandsCertificate, openTls, readWebRefusal } from "../conversation/secure-opening.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";
import { serverName } from "../conversation/tls-evidence.ts";

/** Anything that speaks TLS, whatever its certificate says and whatever is inside. Nothing is asked after the handshake. */
export const askTls: ServiceProber = async (connection, _spec, context) => {
  const opening = await openTls(
    connection,
    { ...serverName(context), withinMs: context.leftMs() },
    (refusal, offer) => {
      const found = readWebRefusal(refusal, offer);
      const wantsOurs = refusal.kind === "failed" && refusal.certificate !== undefined && isDemand(refusal.alert);
      return wantsOurs ? { ...found, finding: "verified", saw: demandsCertificate } : found;
    },
  );
  if (opening.kind === "not-secured") return opening.found;
  return { finding: "verified", saw: opening.facts.tlsVersion ?? "TLS", ...opening.facts };
};
