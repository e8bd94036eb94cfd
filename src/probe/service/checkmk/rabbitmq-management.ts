import type { AskedAt } from "../../../wire/http/redirect.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import { askPage } from "../conversation/ask-page.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import { askedAt, readRootPage } from "../conversation/read-page.ts";
import { demandsCertificate, isDemand, readRefusal } from "../conversation/secure-opening.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { type TlsFacts, serverName, siteShown, tlsFacts, verifiedWith } from "../conversation/tls-evidence.ts";

/**
 * RabbitMQ's management interface: HTTP under mutual TLS (docs/notes/listening.md). Its demand for a client certificate
 * is proof enough; under TLS 1.3 it comes after the handshake, in place of an answer.
 */
export const askRabbitmqManagement: ServiceProber = async (connection, { site }, context) => {
  const opening = await connection.startTls({ ...serverName(context), withinMs: context.leftMs() });
  if (opening.kind !== "secured") {
    const refusal = readRefusal(opening);
    const isGreeted = opening.kind === "failed" && readTlsAnswer(opening.answered)?.greeted === true;
    if (refusal.finding !== "tls-failed" || !isGreeted || opening.certificate === undefined) return refusal;
    return withSite(verifiedWith({ certificate: opening.certificate }, { saw: demandsCertificate }), site);
  }
  const facts = tlsFacts(opening);
  const answer = await askPage(opening.connection, context, { path: "/", usualPort: 443 });
  return withSite(readManagement(answer, askedAt(context, "https", "/"), facts), site);
};

/** What the answer under TLS means. */
function readManagement(answer: HttpAnswer, asked: AskedAt, facts: TlsFacts): Found {
  if ("errno" in answer && isDemand(answer.errno)) return verifiedWith(facts, { saw: demandsCertificate });
  const found = readRootPage(answer, asked);
  if (found.finding === "verified") return verifiedWith(facts, found);
  // TLS was agreed on, and that is all that may be expected of a stranger.
  if (found.finding === "closed") return { finding: "handshake-only", saw: "TLS, then closed", ...facts };
  return { ...found, ...facts };
}

function withSite(found: Found, wanted: string | undefined): Found {
  const site = siteShown(found.certificate, wanted);
  return site === undefined ? found : { ...found, site };
}
