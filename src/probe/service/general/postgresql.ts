import { printable } from "../../../model/text/printable.ts";
import { readSslAnswer, sslRequest } from "../../../wire/greetings.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";
import { sawCharacters, serverName, tlsFacts } from "../conversation/tls-evidence.ts";

/** How long more bytes may come behind an answer that is one byte. */
const afterAnswerMs = 200;
/** Records of TLS that an answer to a greeting begins with. */
const [tlsAlert, tlsHandshake] = [21, 22];

/**
 * A PostgreSQL server: asked whether it speaks TLS, which its every client asks first. If it does, TLS is begun and ended, so
 * that it finds nothing to complain of; no user and no database is named (docs/notes/probe-safety.md).
 */
export const askPostgresql: ServiceProber = async (connection, _spec, context) => {
  connection.write(sslRequest);
  const isEnough = (bytes: Buffer) => bytes.length === 1 || readSslAnswer(bytes) !== undefined;
  const first = await connection.read({ isEnough, withinMs: context.leftMs() });
  const answer = readSslAnswer(first.bytes);
  if (answer === undefined) return foundInstead(first, "answer to SSLRequest");
  if (answer.kind === "error") return { finding: "refuses", saw: printable(answer.text, sawCharacters) };
  if (answer.kind === "plain") {
    const more = await connection.read({ isEnough: () => true, withinMs: Math.min(afterAnswerMs, context.leftMs()) });
    connection.close();
    if (more.bytes.length > 0) {
      return foundInstead(
        { bytes: Buffer.concat([first.bytes, more.bytes]), ending: "enough" },
        "answer to SSLRequest",
      );
    }
    return { finding: "verified", saw: "answer to SSLRequest: no TLS" };
  }
  const opening = await connection.startTls({ ...serverName(context), withinMs: context.leftMs() });
  if (opening.kind === "secured") {
    const facts = tlsFacts(opening);
    opening.connection.end();
    return { finding: "verified", saw: "answer to SSLRequest: TLS", ...facts };
  }
  // One letter is no proof: what follows must be TLS, even if the two do not agree on it.
  const answered = opening.kind === "failed" ? opening.answered : Buffer.alloc(0);
  if (answered[0] === tlsAlert || answered[0] === tlsHandshake) {
    return { finding: "verified", saw: "answer to SSLRequest: TLS, which could not be agreed on" };
  }
  if (answered.length === 0) return { finding: "other-answer", saw: "answer to SSLRequest: TLS, which did not begin" };
  return foundInstead({ bytes: Buffer.concat([first.bytes, answered]), ending: "enough" }, "answer to SSLRequest");
};
