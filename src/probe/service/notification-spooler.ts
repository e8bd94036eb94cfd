import { readTlsAnswer } from "../../wire/tls-records.ts";
import { foundInstead } from "./found-instead.ts";
import type { ServiceProber } from "./service-prober.ts";
import { foundWithoutTls, verifiedUnder } from "./tls-evidence.ts";

const shortWaitMs = 300;

/**
 * The notification spooler (facts/checkmk.md §5.3, §14). It speaks to its peers only, and they begin: whoever speaks first
 * is something else. With TLS it shows its certificate; without, nothing more may be asked. No application data is sent.
 */
export const askNotificationSpooler: ServiceProber = async (connection, { site }, context) => {
  const early = await connection.read({ isEnough: () => true, withinMs: Math.min(shortWaitMs, context.leftMs() / 2) });
  if (early.ending !== "timeout") return foundInstead(early, "anything was said");
  const opening = await connection.startTls({ withinMs: context.leftMs() });
  switch (opening.kind) {
    case "secured":
      return { ...verifiedUnder(opening, site), saw: "TLS; what is behind it speaks only to its peers" };
    case "timeout":
      return { finding: "handshake-only", saw: "accepts, speaks only to its peers" };
    case "closed":
    case "reset":
      return { finding: "handshake-only", saw: `accepts, ${opening.kind} the connection at a TLS greeting` };
    case "failed": {
      const found = foundWithoutTls(opening);
      // Even a refusal in TLS came from a service that speaks TLS; which one it is, nobody said.
      return readTlsAnswer(opening.answered) === undefined ? found : { ...found, finding: "handshake-only" };
    }
  }
};
