import type { ServiceSpec } from "../../../model/service.ts";
import {
  isReceiverDescription,
  isReceiverNotFound,
  receiverDescriptionPath,
  receiverStatusPath,
} from "../../../wire/checkmk/agent-receiver.ts";
import { printable } from "../../../model/text/printable.ts";
import { askPage, readNoPage } from "../conversation/ask-page.ts";
import type { Connection } from "../conversation/connection.ts";
import { readOtherPage } from "../conversation/read-page.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import { type SecureOpening, explainByName, openTls } from "../conversation/secure-opening.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { type TlsFacts, serverName, siteShown, verifiedWith } from "../conversation/tls-evidence.ts";

/**
 * The agent receiver of a site: TLS with a certificate of the site's own authority, and the receiver's description of
 * itself below the site's path. Both are open to everybody. Controllers send the server's name, if they were given one,
 * so a router in front of several servers may choose by it.
 */
export const askAgentReceiver: ServiceProber = async (connection, { site }, context) => {
  const opening = await open(connection, context);
  const ownSite = (shown: TlsFacts) => siteShown(shown.certificate, site);
  const explain = (found: Found) =>
    explainByName(found, context, (other) => {
      const own = ownSite(other.facts);
      return own === undefined ? undefined : `site ${printable(own, 30)} answers`;
    });
  if (opening.kind === "not-secured") return explain(opening.found);
  const { facts } = opening;
  const named = ownSite(facts);
  if (named === undefined) {
    const saw = facts.certificate === undefined ? "TLS without a certificate" : "no site's own authority signed it";
    return explain({ finding: "foreign-certificate", saw, ...facts });
  }
  if (site === undefined) return verifiedWith(facts, { saw: "certificate of a site", site: named });
  const described = await ask(opening.connection, context, receiverDescriptionPath(site));
  if (!isNotFound(described)) return readDescription(described, { site, named, facts });
  return readStatus(await askStatus(context, site), { site, named, facts });
};

function open(connection: Connection, context: ServiceContext): Promise<SecureOpening> {
  return openTls(connection, { ...serverName(context), withinMs: context.leftMs() });
}

function ask(connection: Connection, context: ServiceContext, path: string): Promise<HttpAnswer> {
  return askPage(connection, context, { path, usualPort: 443 });
}

const isNotFound = (answer: HttpAnswer): boolean =>
  answer.kind === "answered" && isReceiverNotFound(answer.status, answer.body.toString("utf8"));

/** The second question: a receiver may have been told not to describe itself. Undefined if it could not be asked. */
async function askStatus(context: ServiceContext, site: string): Promise<HttpAnswer | undefined> {
  const connection = await context.connectAgain();
  if (connection.kind === "not-connected") return undefined;
  const opening = await open(connection, context);
  return opening.kind === "secured" ? ask(opening.connection, context, receiverStatusPath(site)) : undefined;
}

/** Which site was wanted, which one the certificate names, and what else TLS told. */
interface Sites {
  site: NonNullable<ServiceSpec["site"]>;
  named: string;
  facts: TlsFacts;
}

/** What the answer to the question for the description means, 404 of another site apart. */
function readDescription(answer: HttpAnswer, { site, named, facts }: Sites): Found {
  if (answer.kind !== "answered") return { ...readNoPage(answer), ...facts };
  const isReceiver = answer.status === 200 && isReceiverDescription(answer.body.toString("utf8"));
  if (!isReceiver) return { ...readOtherPage(answer), ...facts };
  // A site that was moved or copied keeps the authority with its old name; the path decides.
  return verifiedWith(facts, {
    saw: named === site ? "agent receiver" : `agent receiver with a certificate of site ${named}`,
    site,
  });
}

/** What the answer to the second question means: 404 again is said by another site's receiver alone. */
function readStatus(answer: HttpAnswer | undefined, { site, named, facts }: Sites): Found {
  if (answer?.kind === "answered" && isNotFound(answer)) {
    const saw = named === site ? "agent receiver without this site" : `agent receiver of site ${named}`;
    return { finding: "wrong-site", saw, ...(named === site ? {} : { site: named }), ...facts };
  }
  if (answer?.kind === "answered" && (answer.status === 400 || answer.status === 401)) {
    return verifiedWith(facts, { saw: "agent receiver", site });
  }
  return { finding: "other-answer", saw: "the receiver does not know its own description", ...facts };
}
