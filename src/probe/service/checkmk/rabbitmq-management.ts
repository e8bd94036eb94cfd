import type { AskedAt } from "../../../wire/http/redirect.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import { type Page, askPage, describePage } from "../conversation/ask-page.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import { askedAt, readOtherPage, readRootPage } from "../conversation/read-page.ts";
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
  if (answer.kind === "answered" && isManagement(answer)) return verifiedWith(facts, { saw: describePage(answer) });
  if (answer.kind === "answered" && found.finding === "verified") return { ...readOtherPage(answer, asked), ...facts };
  // TLS was agreed on, and that is all that may be expected of a stranger.
  if (found.finding === "closed") return { finding: "handshake-only", saw: "TLS, then closed", ...facts };
  return { ...found, ...facts };
}

/**
 * What RabbitMQ alone says to a stranger: the title of its page, or the realm that it wants a login for where the page is
 * off (docs/notes/listening.md). Any other web server's page is none.
 */
function isManagement({ status, headers, body }: Page): boolean {
  const realm = String(headers["www-authenticate"] ?? "");
  if (status === 401) return /\brealm="RabbitMQ Management"/i.test(realm);
  return status === 200 && /<title>\s*RabbitMQ Management\s*<\/title>/i.test(body.toString("latin1"));
}

function withSite(found: Found, wanted: string | undefined): Found {
  const site = siteShown(found.certificate, wanted);
  return site === undefined ? found : { ...found, site };
}
