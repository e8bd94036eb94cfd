import type { ServiceSpec } from "../../../model/service.ts";
import { discoveryPath, readReceiverPort } from "../../../wire/checkmk/agent-receiver.ts";
import type { AskedAt } from "../../../wire/http/redirect.ts";
import { pageTitle } from "../../../wire/http/summary.ts";
import { printable } from "../../../model/text/printable.ts";
import { askPage, readNoPage } from "../conversation/ask-page.ts";
import { type Followed, follow } from "../conversation/follow.ts";
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
export const askReceiverDiscoveryHttp: ServiceProber = async (connection, spec, context) => {
  const { site } = spec;
  const path = pathOf(spec);
  const answer = await askPage(connection, context, { path, usualPort: 80 });
  const asked = askedAt(context, "http", path);
  return site === undefined ? readRootPage(answer, asked) : readDiscovery(answer, asked, context, { ...spec, site });
};

/** The same over HTTPS, which agents try first; they do not look at the certificate unless they are told to. */
export const askReceiverDiscoveryHttps: ServiceProber = async (connection, spec, context) => {
  const { site } = spec;
  const opening = await openTls(connection, { ...serverName(context), withinMs: context.leftMs() }, readWebRefusal);
  if (opening.kind === "not-secured") return explainByName(opening.found, context, () => "TLS is agreed on");
  const path = pathOf(spec);
  const answer = await askPage(opening.connection, context, { path, usualPort: 443 });
  const asked = askedAt(context, "https", path);
  const demand = readDemand(answer);
  const found =
    demand ??
    (site === undefined ? readRootPage(answer, asked) : await readDiscovery(answer, asked, context, { ...spec, site }));
  return { ...found, ...opening.facts };
};

const pathOf = ({ site, path }: ServiceSpec): string => path ?? (site === undefined ? "/" : discoveryPath(site));

/**
 * What the answer to the discovery question means. As for an agent, the number counts and the status does not, and
 * redirects are followed to the number, though to no other machine: that one is named.
 */
async function readDiscovery(
  first: HttpAnswer,
  start: AskedAt,
  context: ServiceContext,
  spec: ServiceSpec & { site: string },
): Promise<Found> {
  const { redirects: most, path } = spec;
  const isFinal = path !== undefined ? () => false : most === undefined ? leadsToHttps : leadsToSame;
  const followed = await follow(first, start, { context, most }, isFinal);
  const found = followed.kind === "no-answer" ? followed.found : readEnd(followed, spec.site);
  return most === undefined ? found : { ...found, ...onwardOf(followed, most) };
}

/** What became of the redirects, for one who goes on at other machines; nothing where there was none. */
function onwardOf(followed: Followed, most: number): Pick<Found, "onward"> {
  const { via } = followed;
  const left = Math.max(0, most - via.length);
  if (followed.kind === "no-answer") return { onward: { via: [...via], left, end: followed.end } };
  const { answer, asked } = followed;
  const redirect = answer.kind === "answered" ? redirectOf(answer, asked) : undefined;
  if (redirect === undefined || redirect.kind === "here") {
    return via.length === 0 ? {} : { onward: { via: [...via], left, end: "answered" } };
  }
  const told = { via: [...via, redirect.shown], left };
  if (redirect.kind === "nowhere") return { onward: { ...told, end: "no-web-address" } };
  if (left === 0) return { onward: { ...told, end: "too-many" } };
  return { onward: { ...told, end: "elsewhere", url: redirect.url } };
}

function readEnd({ answer, asked, via }: Extract<Followed, { kind: "answer" }>, site: string): Found {
  const from = via.at(-1);
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

/** For one who goes on elsewhere, only the same page over HTTPS is asked on its own. */
const leadsToSame: typeof leadsToHttps = (redirect, asked) =>
  leadsToHttps(redirect, asked) && redirect.path === asked.path;

/** HTTPS on its usual port is a requirement of its own: a page that leads there from HTTP is as good as it is. */
const leadsToHttps = ({ scheme, port }: Pick<AskedAt, "scheme" | "port" | "path">, asked: AskedAt): boolean =>
  scheme === "https" && port === 443 && asked.scheme === "http";
