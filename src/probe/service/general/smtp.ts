import { printable } from "../../../model/text/printable.ts";
import { type SmtpReply, beginsLikeSmtp, isSmtpWhole, readSmtpReply, smtpKeywords } from "../../../wire/smtp.ts";
import type { Connection, Received } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, sawCharacters, serverName, verifiedUnder } from "../conversation/tls-evidence.ts";

const implicitTlsPort = 465;
const longestWaitForFarewellMs = 500;
/** Nobody's name (RFC 2606): it says who asks and claims no domain. */
const ownName = "portmatrix.invalid";
/** The server is about to close the connection (RFC 5321 §4.2.3); nothing more is to be asked. */
const closing = 421;
/** What servers of other protocols say to EHLO; FTP has the same banner. */
const unknownCommand = new Set([500, 502, 503, 530]);

/**
 * A mail server: banner, EHLO or HELO, QUIT, never an envelope (docs/notes/outgoing.md). On 465 TLS comes first
 * (RFC 8314 §3). Whether STARTTLS is offered is told, not judged: Checkmk's notifications go either way.
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
  const say = (command: string): Promise<Received> => {
    connection.write(`${command}\r\n`);
    return hear();
  };
  const first = await hear();
  const banner = readSmtpReply(first.bytes);
  if (banner === undefined && beginsLikeSmtp(first.bytes)) {
    return { finding: "other-answer", saw: "an SMTP banner that did not come whole" };
  }
  if (banner === undefined) return foundInstead(first, "SMTP banner");
  const found = banner.code === 220 ? await greet(banner, say) : refused(banner);
  connection.write("QUIT\r\n");
  connection.end();
  await connection.read({ isEnough: isSmtpWhole, withinMs: Math.min(longestWaitForFarewellMs, leftMs()) });
  return found;
}

/** EHLO, and HELO for a server that refuses it: old ones do not know it, and some dislike what it says (RFC 5321 §3.2). */
async function greet(banner: SmtpReply, say: (command: string) => Promise<Received>): Promise<Found> {
  const second = await say(`EHLO ${ownName}`);
  const welcome = readSmtpReply(second.bytes);
  if (welcome === undefined) {
    const how = second.ending === "timeout" ? "no answer to EHLO" : "no reply that SMTP has to EHLO";
    return { finding: "other-answer", saw: printable(`${told(banner)}; ${how}`, sawCharacters) };
  }
  if (welcome.code === 250) {
    const offer = smtpKeywords(welcome).includes("STARTTLS") ? "STARTTLS offered" : "no STARTTLS";
    return { finding: "verified", saw: withEnd(banner, offer) };
  }
  if (welcome.code === closing) return refused(welcome);
  const plain = readSmtpReply((await say(`HELO ${ownName}`)).bytes);
  return plain?.code === 250 ? { finding: "verified", saw: withEnd(banner, "HELO only") } : refused(welcome);
}

/**
 * The server's own words for why it serves nobody, or not this client. One that does not know the commands of SMTP, or
 * wants a login before them, is none.
 */
function refused(reply: SmtpReply): Found {
  return { finding: unknownCommand.has(reply.code) ? "other-answer" : "refuses", saw: told(reply) };
}

const withEnd = (banner: SmtpReply, end: string): string =>
  `${printable(told(banner), sawCharacters - end.length - 2)}, ${end}`;

function told({ code, texts }: SmtpReply): string {
  return printable(`${code} ${texts.join(" ")}`, sawCharacters);
}
