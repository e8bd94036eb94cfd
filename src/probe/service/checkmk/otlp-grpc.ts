import { summariseBytes } from "../../../wire/byte-summary.ts";
import { http2Greeting, readHttp2Start } from "../../../wire/http/http2.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import type { Connection, Received } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import { openTlsAgain } from "../conversation/secure-opening.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { serverName, verifiedWith } from "../conversation/tls-evidence.ts";

/**
 * OpenTelemetry over gRPC. An HTTP/2 greeting is answered with the server's settings; no call is made. Where that is
 * answered in TLS or with the end of the connection, it is asked once again under TLS.
 */
export const askOtlpGrpc: ServiceProber = async (connection, _spec, context) => {
  const received = await greet(connection, context.leftMs() / 2);
  const isTls = readTlsAnswer(received.bytes) !== undefined;
  const isEnded = received.bytes.length === 0 && received.ending !== "timeout";
  return (isTls || isEnded ? await askUnderTls(context) : undefined) ?? readGreeting(received);
};

async function greet(connection: Connection, withinMs: number): Promise<Received> {
  connection.write(http2Greeting);
  return connection.read({ isEnough: (bytes) => readHttp2Start(bytes) !== "incomplete", mostBytes: 1_024, withinMs });
}

/** What came back for the HTTP/2 greeting. */
function readGreeting(received: Pick<Received, "bytes" | "ending">): Found {
  const start = received.bytes.length === 0 ? "incomplete" : readHttp2Start(received.bytes);
  if (start === "settings") return { finding: "verified", saw: "HTTP/2 settings" };
  if (start === "goaway") return { finding: "other-answer", saw: "HTTP/2 GOAWAY" };
  if (readTlsAnswer(received.bytes) !== undefined) return { finding: "tls-failed", saw: "TLS, but none was agreed on" };
  return foundInstead(received, "HTTP/2 settings");
}

/** Undefined if there is no TLS either. */
async function askUnderTls(context: ServiceContext): Promise<Found | undefined> {
  const offer = () => ({ ...serverName(context), alpnProtocols: ["h2"], withinMs: context.leftMs() });
  const opening = await openTlsAgain(context, offer);
  if (opening?.kind !== "secured") return opening?.found;
  const received = await greet(opening.connection, context.leftMs());
  const found = readGreeting(received);
  if (found.finding === "verified") return verifiedWith(opening.facts, { saw: "HTTP/2 settings under TLS" });
  if (received.bytes.length === 0) {
    const finding = received.ending === "timeout" ? "unanswered" : "other-answer";
    return { finding, saw: "TLS without HTTP/2", ...opening.facts };
  }
  return { finding: "other-answer", saw: `under TLS: ${summariseBytes(received.bytes)}`, ...opening.facts };
}
