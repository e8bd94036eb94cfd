import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import { type Page, askPage, describePage, readNoPage } from "../conversation/ask-page.ts";
import type { Connection } from "../conversation/connection.ts";
import { readOtherPage } from "../conversation/read-page.ts";
import type { HttpAnswer } from "../conversation/http-exchange.ts";
import { openTlsAgain } from "../conversation/secure-opening.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { serverName, verifiedWith } from "../conversation/tls-evidence.ts";

const usualPort = 4_318;

/** What a receiver of OTLP says to a request without a body or a content type: it stores nothing (opentelemetry.io). */
const proofs = new Set([400, 401, 415]);

/** Success has a body of its own form (docs/notes/listening.md); any page may have the status. */
const isOtlp = ({ status, headers }: Page): boolean =>
  proofs.has(status) || (status === 200 && /^application\/(?:x-protobuf|json)\b/i.test(headers["content-type"] ?? ""));

/**
 * OpenTelemetry over HTTP: an empty request for `/v1/metrics`. Where plain HTTP is answered in TLS, with the end of the
 * connection, or with the hint that TLS is wanted, it is asked once again under TLS.
 */
export const askOtlpHttp: ServiceProber = async (connection, _spec, context) => {
  const answer = await ask(connection, context);
  if (!wantsTls(answer)) return readOtlp(answer);
  return (await askUnderTls(context)) ?? (answer.kind === "answered" ? readOtherPage(answer) : readNoPage(answer));
};

function ask(connection: Connection, context: ServiceContext): Promise<HttpAnswer> {
  return askPage(connection, context, { method: "POST", path: "/v1/metrics", usualPort });
}

/** Go's web server, which the collector has, answers in plain text that TLS is wanted (net/http, server.go). */
function wantsTls(answer: HttpAnswer): boolean {
  if (answer.kind === "foreign") return readTlsAnswer(answer.bytes) !== undefined;
  if (answer.kind !== "answered") return answer.kind !== "timeout";
  return answer.status === 400 && /HTTPS? (?:server|port)/i.test(answer.body.toString("latin1", 0, 1_024));
}

/** Undefined if there is no TLS either. */
async function askUnderTls(context: ServiceContext): Promise<Found | undefined> {
  const opening = await openTlsAgain(context, () => ({ ...serverName(context), withinMs: context.leftMs() }));
  if (opening?.kind !== "secured") return opening?.found;
  const found = readOtlp(await ask(opening.connection, context));
  return found.finding === "verified"
    ? verifiedWith(opening.facts, { saw: `${found.saw ?? ""} under TLS` })
    : { ...found, ...opening.facts };
}

/** What the answer to the empty request means. */
function readOtlp(answer: HttpAnswer): Found {
  if (answer.kind !== "answered") return readNoPage(answer);
  if (!isOtlp(answer)) return readOtherPage(answer);
  return { finding: "verified", saw: describePage(answer) };
}
