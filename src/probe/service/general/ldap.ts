import {
  type LdapAnswer,
  beginsLikeLdap,
  encodeRootSearch,
  ldapUnbind,
  readLdapAnswer,
  summariseLdapAnswer,
} from "../../../wire/ldap.ts";
import type { Connection } from "../conversation/connection.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, serverName, verifiedUnder } from "../conversation/tls-evidence.ts";
import { readTlsAnswer } from "../../../wire/http/tls-records.ts";

const mostAnswerBytes = 65_536;
const busy = 51;
const unavailable = 52;

/**
 * A directory: its root entry is asked for, without a bind (docs/notes/outgoing.md). Any result proves it, an error
 * too.
 */
export const askLdap: ServiceProber = (connection, _spec, context) => search(connection, context.leftMs());

/**
 * A directory with TLS first. A plain one closes or waits at the greeting, so where no TLS came about, one second
 * connection asks in plain text: that answers whether it is there at all.
 */
export const askLdaps: ServiceProber = async (connection, _spec, context) => {
  const opening = await connection.startTls({ ...serverName(context), withinMs: context.leftMs() / 2 });
  if (opening.kind === "secured") {
    const under = verifiedUnder(opening);
    const found = await search(opening.connection, context.leftMs());
    return found.finding === "verified" ? { ...found, ...under } : { ...under, ...found };
  }
  const found = foundWithoutTls(opening);
  if (opening.kind === "failed" && readTlsAnswer(opening.answered) !== undefined) return found;
  const second = await context.connectAgain();
  if (second.kind === "not-connected") return found;
  const plain = await search(second, context.leftMs());
  return plain.finding === "verified" || plain.finding === "not-ready" ? { ...plain, finding: "plaintext" } : found;
};

async function search(connection: Connection, withinMs: number): Promise<Found> {
  connection.write(encodeRootSearch());
  const isEnough = (bytes: Buffer) => hasEnded(readLdapAnswer(bytes));
  const received = await connection.read({ isEnough, mostBytes: mostAnswerBytes, withinMs });
  const answer = readLdapAnswer(received.bytes);
  if (answer?.code === undefined) {
    if (answer !== undefined && beginsLikeLdap(received.bytes)) {
      return { finding: "other-answer", saw: "an LDAP answer that broke off" };
    }
    return foundInstead(received, "answer to the search");
  }
  connection.write(ldapUnbind);
  connection.end();
  const saw = summariseLdapAnswer(answer);
  const isReady = answer.code !== busy && answer.code !== unavailable && !answer.isNotice;
  return { finding: isReady ? "verified" : "not-ready", saw };
}

/** Nothing more is to be waited for: the result is there, or it is no LDAP. */
function hasEnded(answer: LdapAnswer | undefined): boolean {
  return answer === undefined || answer.code !== undefined;
}
