import { discoveryPath, readReceiverPort } from "../../../wire/checkmk/agent-receiver.ts";
import type { AskedAt } from "../../../wire/http/redirect.ts";
import { pageTitle } from "../../../wire/http/summary.ts";
import { printable } from "../../../model/printable.ts";
import { askPage, readNoPage } from "../conversation/ask-page.ts";
import { follow } from "../conversation/follow.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import {
  askedAt,
  isGatewayAlone,
  readDemand,
  readOtherPage,
  readRootPage,
  redirectOf,
} from "../conversation/read-page.ts";
import { explainByName, openTls, readWebRefusal } from "../conversation/secure-opening.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { sawCharacters, serverName } from "../conversation/tls-evidence.ts";

/** The endpoint that tells agents the port of a site's agent receiver, over plain HTTP. */
export const askReceiverDiscoveryHttp: ServiceProber = async (connection, { site }, context) => {
  const path = pathOf(site);
  const answer = await askPage(connection, context, { path, usualPort: 80 });
  const asked = askedAt(context, "http", path);
  return site === undefined ? readRootPage(answer, asked) : readDiscovery(answer, asked, context, site);
};

/** The same over HTTPS, which agents try first; they do not look at the certificate unless they are told to. */
export const askReceiverDiscoveryHttps: ServiceProber = async (connection, { site }, context) => {
  const opening = await openTls(connection, { ...serverName(context), withinMs: context.leftMs() }, readWebRefusal);
  if (opening.kind === "not-secured") return explainByName(opening.found, context, () => "TLS is agreed on");
  const path = pathOf(site);
  const answer = await askPage(opening.connection, context, { path, usualPort: 443 });
  const asked = askedAt(context, "https", path);
  const demand = readDemand(answer);
  const found =
    demand ?? (site === undefined ? readRootPage(answer, asked) : await readDiscovery(answer, asked, context, site));
  return { ...found, ...opening.facts };
};

const pathOf = (site: string | undefined): string => (site === undefined ? "/" : discoveryPath(site));

/**
 * What the answer to the discovery question means. As for an agent, the number counts and the status does not, and
 * redirects are followed to the number, though to no other machine: that one is named.
 */
async function readDiscovery(first: HttpAnswer, start: AskedAt, context: ServiceContext, site: string): Promise<Found> {
  const followed = await follow(first, start, context, leadsToHttps);
  if (followed.kind === "no-answer") return followed.found;
  const { answer, asked, from } = followed;
  const after = from === undefined ? "" : `, after a redirect to ${from}`;
  const told = (found: Found): Found => ({
    ...found,
    saw: printable(`${found.saw ?? ""}${after}`, sawCharacters),
    ...(from === undefined ? {} : { redirectsTo: from }),
  });
  if (answer.kind !== "answered") return told(readNoPage(answer));
  const receiverPort = readReceiverPort(answer.body.toString("latin1"));
  if (receiverPort !== undefined) {
    return told({ finding: "verified", saw: `agent receiver on port ${receiverPort}`, receiverPort, site });
  }
  const redirect = redirectOf(answer, asked);
  if (redirect?.kind === "here") return { finding: "verified", saw: "redirects to https", leadsTo: "https" };
  const isStopped = isGatewayAlone(answer.status) && /not started/i.test(pageTitle(answer.body) ?? "");
  if (isStopped) return told({ finding: "not-ready", saw: `site ${printable(site, 40)} is not started` });
  return redirect === undefined ? told(readOtherPage(answer)) : readOtherPage(answer, asked);
}

/** HTTPS on its usual port is a requirement of its own: a page that leads there from HTTP is as good as it is. */
const leadsToHttps = ({ scheme, port }: { scheme: AskedAt["scheme"]; port: number }, asked: AskedAt): boolean =>
  scheme === "https" && port === 443 && asked.scheme === "http";
