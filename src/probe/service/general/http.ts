import { type Page, askPage, describePage, readNoPage } from "../conversation/ask-page.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import {
  demandsCertificate,
  explainByName,
  isDemand,
  openTls,
  readWebRefusal,
} from "../conversation/secure-opening.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { serverName, verifiedWith } from "../conversation/tls-evidence.ts";

/** A web server. Any HTTP status proves it. */
export const askHttp: ServiceProber = async (connection, _spec, context) =>
  readPlainPage(await askPage(connection, context, { path: "/", usualPort: 80 }));

/** A web server with TLS. Its certificate is recorded; only its dates count, as its authority may be a private one. */
export const askHttps: ServiceProber = async (connection, _spec, context) => {
  const opening = await openTls(connection, { ...serverName(context), withinMs: context.leftMs() }, readWebRefusal);
  if (opening.kind === "not-secured") return explainByName(opening.found, context, () => "TLS is agreed on");
  const answer = await askPage(opening.connection, context, { path: "/", usualPort: 443 });
  const found = readDemand(answer) ?? readAnyPage(answer);
  return found.finding === "verified" ? verifiedWith(opening.facts, found) : { ...found, ...opening.facts };
};

/** A server that demands a client certificate says so after the handshake under TLS 1.3, in place of an answer. */
export function readDemand(answer: HttpAnswer): Found | undefined {
  const isOne = "errno" in answer && isDemand(answer.errno);
  return isOne ? { finding: "other-answer", saw: demandsCertificate } : undefined;
}

/** What any HTTP answer means: a status proves the web server; 503 says that what is behind it is not there. */
export function readAnyPage(answer: HttpAnswer): Found {
  if (answer.kind !== "answered") return readNoPage(answer);
  return { finding: answer.status === 503 ? "not-ready" : "verified", saw: describePage(answer) };
}

/** The same over plain HTTP, where a page may do no more than send the client on to HTTPS. */
export function readPlainPage(answer: HttpAnswer): Found {
  const isRedirect = answer.kind === "answered" && answer.status >= 300 && answer.status < 400;
  const leadsOn = isRedirect && /^https:/i.test(answer.headers.location ?? "");
  return { ...readAnyPage(answer), ...(leadsOn ? { leadsTo: "https" as const } : {}) };
}

/** What a page means that is not the one that was asked for. */
export function readOtherPage(page: Page): Found {
  return { finding: page.status === 503 ? "not-ready" : "other-answer", saw: describePage(page) };
}
