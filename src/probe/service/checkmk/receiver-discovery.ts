import { discoveryPath, readReceiverPort } from "../../../wire/checkmk/agent-receiver.ts";
import { pageTitle } from "../../../wire/http/summary.ts";
import { printable } from "../../../wire/printable.ts";
import { type Page, askPage, readNoPage } from "../conversation/ask-page.ts";
import { readAnyPage, readDemand, readOtherPage, readPlainPage } from "../general/http.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import { explainByName, openTls, readWebRefusal } from "../conversation/secure-opening.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { serverName } from "../conversation/tls-evidence.ts";

/** The endpoint that tells agents the port of a site's agent receiver, over plain HTTP. */
export const askReceiverDiscoveryHttp: ServiceProber = async (connection, { site }, context) => {
  const answer = await askPage(connection, context, { path: pathOf(site), usualPort: 80 });
  return site === undefined ? readPlainPage(answer) : readDiscovery(answer, { site, scheme: "http", ...context });
};

/** The same over HTTPS, which agents try first; they do not look at the certificate unless they are told to. */
export const askReceiverDiscoveryHttps: ServiceProber = async (connection, { site }, context) => {
  const opening = await openTls(connection, { ...serverName(context), withinMs: context.leftMs() }, readWebRefusal);
  if (opening.kind === "not-secured") return explainByName(opening.found, context, () => "TLS is agreed on");
  const answer = await askPage(opening.connection, context, { path: pathOf(site), usualPort: 443 });
  const asked = { scheme: "https", ...context } as const;
  const found = site === undefined ? readAnyPage(answer) : readDiscovery(answer, { site, ...asked });
  return { ...(readDemand(answer) ?? found), ...opening.facts };
};

const pathOf = (site: string | undefined): string => (site === undefined ? "/" : discoveryPath(site));

/** Which site was asked for, how, and where. */
type Asked = { site: string; scheme: "http" | "https" } & Pick<ServiceContext, "address" | "name">;

/** What the answer to the discovery question means. As for an agent, the number counts and the status does not. */
function readDiscovery(answer: HttpAnswer, asked: Asked): Found {
  if (answer.kind !== "answered") return readNoPage(answer);
  const receiverPort = readReceiverPort(answer.body.toString("latin1"));
  if (receiverPort !== undefined) {
    return { finding: "verified", saw: `agent receiver on port ${receiverPort}`, receiverPort, site: asked.site };
  }
  if (asked.scheme === "http" && leadsToHttps(answer, asked)) {
    return { finding: "verified", saw: "redirects to https", leadsTo: "https" };
  }
  const isStopped = answer.status === 503 && /not started/i.test(pageTitle(answer.body) ?? "");
  return isStopped
    ? { finding: "not-ready", saw: `site ${printable(asked.site, 40)} is not started` }
    : readOtherPage(answer);
}

function leadsToHttps({ status, headers }: Page, { address, name }: Asked): boolean {
  const target = headers.location ?? "";
  if (status < 300 || status > 399 || !URL.canParse(target)) return false;
  const { protocol, hostname } = new URL(target);
  const host = hostname.replaceAll(/^\[|\]$/g, "");
  return protocol === "https:" && (host === address || host === name?.toLowerCase());
}
