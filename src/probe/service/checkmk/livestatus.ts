import { readFixed16 } from "../../../wire/fixed16.ts";
import { isLivestatusWhole, livestatusQuery, readLivestatusAnswer } from "../../../wire/checkmk/livestatus.ts";
import { printable } from "../../../model/text/printable.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import type { Connection } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, sawCharacters, verifiedUnder } from "../conversation/tls-evidence.ts";

const mostAnswerBytes = 65_536;

/**
 * Livestatus over TCP (docs/notes/listening.md). Nothing is negotiated: the site has TLS or has not. TLS is its default
 * and is tried first; a plain one waits for the rest of what it takes for a query, so silence gets half of the
 * patience. Then one second connection asks in plain text. The question reads three values. Checkmk sends no server
 * name here.
 */
export const askLivestatus: ServiceProber = async (connection, { site }, context) => {
  const opening = await connection.startTls({ withinMs: context.leftMs() / 2 });
  if (opening.kind === "secured") {
    const under = verifiedUnder(opening, site);
    const found = await ask(opening.connection, context.leftMs());
    // Whose certificate it is counts even if the core behind it does not answer.
    return found.finding === "verified" || under.finding === "wrong-site"
      ? { ...found, ...under }
      : { ...under, ...found };
  }
  const withoutTls = foundWithoutTls(opening);
  if (opening.kind === "failed" && readTlsAnswer(opening.answered) !== undefined) return withoutTls;
  const second = await context.connectAgain();
  if (second.kind === "not-connected") {
    return { ...withoutTls, saw: `${withoutTls.saw}; the second connection failed with ${second.errno}` };
  }
  const found = await ask(second, context.leftMs());
  // TLS ends turn plain text away, so this is one whose answer to the greeting did not come.
  if (withoutTls.finding === "unanswered" && found.finding === "closed") {
    return { ...withoutTls, saw: `${withoutTls.saw}, and plain text is refused` };
  }
  return found.finding === "verified" ? { ...found, finding: "unencrypted" } : found;
};

async function ask(connection: Connection, withinMs: number): Promise<Found> {
  connection.write(livestatusQuery);
  connection.end();
  const received = await connection.read({ isEnough: isLivestatusWhole, mostBytes: mostAnswerBytes, withinMs });
  const answer = readLivestatusAnswer(received.bytes);
  if (answer === undefined && readFixed16(received.bytes) !== undefined) {
    return { finding: "other-answer", saw: "a Livestatus answer that broke off or has no rows" };
  }
  if (answer === undefined) return foundInstead(received, "answer to the Livestatus query");
  if (answer.kind === "status") return { finding: "verified", saw: printable(answer.name, sawCharacters) };
  return { finding: "other-answer", saw: printable(`Livestatus code ${answer.code}: ${answer.text}`, sawCharacters) };
}
