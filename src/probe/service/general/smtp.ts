import { printable } from "../../../model/printable.ts";
import { type SmtpReply, beginsLikeSmtp, isSmtpWhole, readSmtpReply, smtpKeywords } from "../../../wire/smtp.ts";
import type { Connection, Received } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, sawCharacters, serverName, verifiedUnder } from "../conversation/tls-evidence.ts";

const implicitTlsPort = 465;
const longestWaitForFarewellMs = 500;
/** Nobody's name (RFC 2606): it says who asks and claims no domain. */
const greeting = "EHLO portmatrix.invalid\r\n";

/**
 * A mail server: banner, EHLO, QUIT, never an envelope (docs/notes/outgoing.md). On 465 TLS comes first (RFC 8314 §3).
 * Whether STARTTLS is offered is told, not judged: Checkmk's notifications go either way.
 */
export const askSmtp: ServiceProber = async (connection, _spec, context) => {
  if (context.port !== implicitTlsPort) return talk(connection, context.leftMs);
  const opening = await connection.startTls({ ...serverName(context), withinMs: context.leftMs() });
  if (opening.kind === "secured") {
    const under = verifiedUnder(opening);
    const found = await talk(opening.connection, context.leftMs);
    return found.finding === "verified" ? { ...found, ...under } : { ...under, ...found };
  }
  const greeted = opening.kind === "failed" ? readSmtpReply(opening.answered) : undefined;
  return greeted === undefined ? foundWithoutTls(opening) : { finding: "plaintext", saw: told(greeted) };
};

async function talk(connection: Connection, leftMs: () => number): Promise<Found> {
  const hear = (): Promise<Received> => connection.read({ isEnough: isSmtpWhole, withinMs: leftMs() });
  const first = await hear();
  const banner = readSmtpReply(first.bytes);
  if (banner === undefined && beginsLikeSmtp(first.bytes)) {
    return { finding: "other-answer", saw: "an SMTP banner that did not come whole" };
  }
  if (banner === undefined) return foundInstead(first, "SMTP banner");
  if (banner.code !== 220) return { finding: "not-ready", saw: told(banner) };
  connection.write(greeting);
  const second = await hear();
  const welcome = readSmtpReply(second.bytes);
  connection.write("QUIT\r\n");
  connection.end();
  await connection.read({ isEnough: isSmtpWhole, withinMs: Math.min(longestWaitForFarewellMs, leftMs()) });
  if (welcome === undefined) {
    const how = second.ending === "timeout" ? "no answer to EHLO" : "no reply that SMTP has to EHLO";
    return { finding: "other-answer", saw: printable(`${told(banner)}; ${how}`, sawCharacters) };
  }
  if (welcome.code === 250) {
    const offer = smtpKeywords(welcome).includes("STARTTLS") ? "STARTTLS offered" : "no STARTTLS";
    return { finding: "verified", saw: `${printable(told(banner), sawCharacters - offer.length - 2)}, ${offer}` };
  }
  return { finding: welcome.code < 500 ? "not-ready" : "other-answer", saw: told(welcome) };
}

function told({ code, texts }: SmtpReply): string {
  return printable(`${code} ${texts[0] ?? ""}`, sawCharacters);
}
