import { printable } from "../../../model/text/printable.ts";
import { isFtpWhole, readFtpReply } from "../../../wire/greetings.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { sawCharacters } from "../conversation/tls-evidence.ts";

const longestFarewellMs = 500;
/** What a mail server says to NOOP; its banner looks like that of FTP. */
const mailServerSays = 250;

/** An FTP server: its banner, NOOP, which tells it from a mail server, and QUIT. No USER: no login is tried. */
export const askFtp: ServiceProber = async (connection, _spec, { leftMs }) => {
  const hear = (withinMs = leftMs()) => connection.read({ isEnough: isFtpWhole, withinMs });
  const first = await hear();
  const banner = readFtpReply(first.bytes);
  const tell = (finding: Found["finding"], text: string): Found => ({ finding, saw: printable(text, sawCharacters) });
  if (banner === undefined) return foundInstead(first, "FTP banner");
  if (banner.code >= 400) return tell("refuses", banner.text);
  if (banner.code !== 220 && banner.code !== 120) return tell("other-answer", banner.text);
  connection.write("NOOP\r\n");
  const second = readFtpReply((await hear()).bytes);
  connection.write("QUIT\r\n");
  connection.end();
  await hear(Math.min(longestFarewellMs, leftMs()));
  if (second === undefined) return tell("other-answer", `${banner.text}; no reply to NOOP`);
  if (second.code === mailServerSays) return tell("wrong-service", `${banner.text}; a mail server's reply to NOOP`);
  return tell("verified", banner.text);
};
