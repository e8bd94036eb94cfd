import { type AskedAt, type Redirect, readRedirect } from "../../../wire/http/redirect.ts";
import { type Page, describePage, readNoPage } from "./ask-page.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import { demandsCertificate, isDemand } from "./secure-opening.ts";
import type { Found, ServiceContext } from "./service-prober.ts";

/** A gateway is there, and what is behind it is not (RFC 9110 §15.6.3 to §15.6.5). */
export const isGatewayAlone = (status: number): boolean => status === 502 || status === 503 || status === 504;

/** A server that demands a client certificate says so after the handshake under TLS 1.3, in place of an answer. */
export function readDemand(answer: HttpAnswer): Found | undefined {
  const isOne = "errno" in answer && isDemand(answer.errno);
  return isOne ? { finding: "other-answer", saw: demandsCertificate } : undefined;
}

/** What any HTTP answer means: a status proves the web server, unless it says that what is behind it is not there. */
export function readAnyPage(answer: HttpAnswer, asked: AskedAt): Found {
  if (answer.kind !== "answered") return readNoPage(answer);
  const found: Found = {
    finding: isGatewayAlone(answer.status) ? "not-ready" : "verified",
    saw: describePage(answer),
  };
  return withTarget(found, redirectOf(answer, asked), asked);
}

/**
 * The same at the root of a web server that has to be Checkmk's: an error proves no such one, and neither does a page
 * that sends clients to another machine, or the announcement of a page that does not come.
 */
export function readRootPage(answer: HttpAnswer, asked: AskedAt): Found {
  const found = readAnyPage(answer, asked);
  if (answer.kind !== "answered" || found.finding !== "verified") return found;
  const isElsewhere = redirectOf(answer, asked)?.kind === "elsewhere";
  return isErrorPage(answer) || isInterim(answer) || isElsewhere ? readOtherPage(answer, asked) : found;
}

/** What a page means that is not the one that was asked for. */
export function readOtherPage(page: Page, asked?: AskedAt): Found {
  const found: Found = {
    finding: isGatewayAlone(page.status) ? "not-ready" : "other-answer",
    saw: describePage(page),
  };
  return asked === undefined ? found : withTarget(found, redirectOf(page, asked), asked);
}

export const isErrorPage = ({ status }: Page): boolean => status >= 400;

/** Only announces an answer, which did not come (RFC 9110 §15.2). */
const isInterim = ({ status }: Page): boolean => status < 200;

export const redirectOf = ({ status, headers }: Page, asked: AskedAt): Redirect | undefined =>
  readRedirect(status, headers.location, asked);

/** Names the target of a redirect that leads to another machine or port, and says if it only leads on to HTTPS. */
function withTarget(found: Found, redirect: Redirect | undefined, { scheme, port }: AskedAt): Found {
  if (redirect === undefined) return found;
  const isNear = redirect.kind === "here" && redirect.port === port;
  const isUsual = redirect.kind === "here" && redirect.scheme === "https" && redirect.port === 443;
  const isPlain = scheme === "http" && found.finding === "verified";
  const leadsOn = isPlain && (isUsual || (redirect.kind === "elsewhere" && isHttpsDefault(redirect.shown)));
  return {
    ...found,
    ...(leadsOn ? { leadsTo: "https" as const } : {}),
    ...(isNear || isUsual ? {} : { redirectsTo: redirect.shown }),
  };
}

/** The origin of a URL has no port if it is the usual one. */
const isHttpsDefault = (shown: string): boolean => /^https:\/\/(?:\[[^\]]*\]|[^/:]*)(?:\/|$)/.test(shown);

/** Where a page is asked for, for redirects to be read against. */
export const askedAt = (
  { address, name, port }: Pick<ServiceContext, "address" | "name" | "port">,
  scheme: AskedAt["scheme"],
  path: string,
): AskedAt => ({ scheme, path, port, hosts: name === undefined ? [address] : [name, address] });
