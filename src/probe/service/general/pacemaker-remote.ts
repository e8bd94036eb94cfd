import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, tlsFacts } from "../conversation/tls-evidence.ts";

/** What a server says that has no cipher in common with a client without a key (RFC 4279 §2; RFC 8446 §4.1.1). */
const wantsKey = new Set(["handshake_failure", "insufficient_security", "missing_extension", "unknown_psk_identity"]);

/**
 * pacemaker_remote, whose TLS wants a key that both sides share (docs/notes/listening.md). A greeting without one is
 * refused with an alert: TLS is there, and it is not one for everybody. Nothing else is sent.
 */
export const askPacemakerRemote: ServiceProber = async (connection, _spec, context) => {
  const opening = await connection.startTls({ withinMs: context.leftMs() });
  switch (opening.kind) {
    case "secured":
      return { finding: "other-answer", saw: "TLS with a certificate, not with a shared key", ...tlsFacts(opening) };
    case "timeout": // it refuses strangers, but it does not ignore them
      return foundWithoutTls(opening);
    case "closed":
    case "reset":
      return { finding: "handshake-only", saw: `${opening.kind} at a TLS greeting without its key` };
    case "failed": {
      const answer = readTlsAnswer(opening.answered);
      if (answer?.greeted === true || answer?.alert === undefined) return foundWithoutTls(opening);
      if (!wantsKey.has(answer.alert)) return { finding: "handshake-only", saw: `TLS alert ${answer.alert}` };
      return { finding: "verified", saw: `TLS that refuses whoever has no shared key (${answer.alert})` };
    }
  }
};
