import type { AskedAt } from "../../../wire/http/redirect.ts";
import { askPage } from "../conversation/ask-page.ts";
import type { Connection } from "../conversation/connection.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import {
  askedAt,
  isErrorPage,
  isGatewayAlone,
  readAnyPage,
  readDemand,
  readRootPage,
} from "../conversation/read-page.ts";
import { explainByName, openTls, readWebRefusal } from "../conversation/secure-opening.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { serverName, verifiedWith } from "../conversation/tls-evidence.ts";
import { askReceiverDiscoveryHttp, askReceiverDiscoveryHttps } from "../checkmk/receiver-discovery.ts";

/**
 * A web server. Any HTTP status proves it. One that has to be a site's must not answer with an error; many have nothing
 * at their root, so where it does, the page that each site has is asked for in a second connection.
 */
export const askHttp: ServiceProber = async (connection, spec, context) => {
  const answer = await askRoot(connection, context, 80);
  const asked = askedAt(context, "http", "/");
  if (spec.site === undefined) return readAnyPage(answer, asked);
  return (await askSite(answer, context, askReceiverDiscoveryHttp, spec)) ?? readRootPage(answer, asked);
};

/** A web server with TLS. Its certificate is recorded; only its dates count, as its authority may be a private one. */
export const askHttps: ServiceProber = async (connection, spec, context) => {
  const opening = await openTls(connection, { ...serverName(context), withinMs: context.leftMs() }, readWebRefusal);
  if (opening.kind === "not-secured") return explainByName(opening.found, context, () => "TLS is agreed on");
  const answer = await askRoot(opening.connection, context, 443);
  const asked = askedAt(context, "https", "/");
  const found = readDemand(answer) ?? (await readSecure(answer, asked, context, spec));
  return found.finding === "verified" ? verifiedWith(opening.facts, found) : { ...found, ...opening.facts };
};

const askRoot = (connection: Connection, context: ServiceContext, usualPort: number): Promise<HttpAnswer> =>
  askPage(connection, context, { path: "/", usualPort });

type Spec = Parameters<ServiceProber>[1];

async function readSecure(answer: HttpAnswer, asked: AskedAt, context: ServiceContext, spec: Spec): Promise<Found> {
  if (spec.site === undefined) return readAnyPage(answer, asked);
  return (await askSite(answer, context, askReceiverDiscoveryHttps, spec)) ?? readRootPage(answer, asked);
}

/** What the site's own page says where the root is an error; undefined if that is no better. */
async function askSite(
  answer: HttpAnswer,
  context: ServiceContext,
  prober: ServiceProber,
  spec: Spec,
): Promise<Found | undefined> {
  if (answer.kind !== "answered" || !isErrorPage(answer) || isGatewayAlone(answer.status)) return undefined;
  const connection = await context.connectAgain();
  if (connection.kind === "not-connected") return undefined;
  const found = await prober(connection, spec, context);
  return found.finding === "verified" || found.finding === "not-ready" ? found : undefined;
}
