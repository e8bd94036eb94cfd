import { summariseBytes } from "../../../wire/byte-summary.ts";
import { isAmqp, amqpGreeting } from "../../../wire/checkmk/amqp.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import type { Connection, TlsOpening } from "../conversation/connection.ts";
import { demandsCertificate } from "../conversation/secure-opening.ts";
import type { Found, ServiceContext, ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, verifiedBy, verifiedUnder } from "../conversation/tls-evidence.ts";

const longestWaitForAlertMs = 1_000;

/**
 * Checkmk's message broker, RabbitMQ with AMQP over mutual TLS (docs/notes/listening.md). Without a certificate of ours
 * it ends the handshake with an alert, and that is the proof; under TLS 1.3 the alert comes after the handshake, so it
 * is waited for. A broker that wants no certificate is greeted in AMQP. Brokers ask each other for the name of the site.
 */
export const askMessageBroker: ServiceProber = async (connection, { site }, context) => {
  const servername = site === undefined ? {} : { servername: site };
  const opening = await connection.startTls({ ...servername, withinMs: context.leftMs() });
  if (opening.kind === "secured") return askInside(opening, context, site);
  if (opening.kind === "failed") {
    if (isAmqp(opening.answered)) return { finding: "plaintext", saw: "AMQP in plain text" };
    const answer = readTlsAnswer(opening.answered);
    if (answer?.greeted === true && answer.alert !== undefined) {
      const { certificate } = opening;
      const shown = certificate === undefined ? {} : { certificate };
      return { ...verifiedBy(shown, site), saw: `${demandsCertificate} (${answer.alert})` };
    }
  }
  return foundWithoutTls(opening);
};

type Secured = Extract<TlsOpening, { kind: "secured" }>;

async function askInside(opening: Secured, context: ServiceContext, site: string | undefined): Promise<Found> {
  const { connection } = opening;
  const under = verifiedUnder(opening, site);
  const alertWithinMs = Math.min(longestWaitForAlertMs, context.leftMs() / 2);
  const alert = await connection.read({ isEnough: () => true, withinMs: alertWithinMs });
  if (alert.bytes.length > 0) return { ...under, finding: "wrong-service", saw: summariseBytes(alert.bytes) };
  if (alert.errno?.includes("_ALERT_") === true) return { ...under, saw: demandsCertificate };
  if (alert.ending !== "timeout") return { ...under, finding: "closed", saw: "TLS, then the end without a reason" };
  return { ...under, ...(await greet(connection, context.leftMs(), under)) };
}

async function greet(connection: Connection, withinMs: number, { finding }: Pick<Found, "finding">): Promise<Found> {
  connection.write(amqpGreeting);
  const isEnough = (bytes: Buffer) => isAmqp(bytes) || bytes.length >= 11;
  const { bytes, ending, errno } = await connection.read({ isEnough, withinMs });
  if (isAmqp(bytes)) return { finding, saw: "AMQP over TLS, without a client certificate" };
  if (bytes.length > 0) return { finding: "wrong-service", saw: summariseBytes(bytes) };
  if (errno?.includes("_ALERT_") === true) return { finding, saw: demandsCertificate }; // it came late
  const saw = "TLS that demands no client certificate and answers no AMQP";
  return { finding: ending === "timeout" ? "unanswered" : "other-answer", saw };
}
