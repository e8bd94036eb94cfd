import { readTlsAnswer } from "../../../wire/http/tls-records.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { Found, ServiceProber } from "../conversation/service-prober.ts";
import { foundWithoutTls, verifiedUnder } from "../conversation/tls-evidence.ts";

const shortWaitMs = 300;

/**
 * The notification spooler (docs/notes/listening.md, docs/notes/probe-safety.md). It speaks to its peers only, and they
 * begin: whoever speaks first is something else. With TLS it shows its certificate; without, nothing more may be asked.
 * No application data is sent.
 */
export const askNotificationSpooler: ServiceProber = async (connection, { site }, context) => {
  const early = await connection.read({ isEnough: () => true, withinMs: Math.min(shortWaitMs, context.leftMs() / 2) });
  if (early.ending !== "timeout") return unlessItsOwn(foundInstead(early, "anything was said"), early.bytes);
  const opening = await connection.startTls({ withinMs: context.leftMs() });
  switch (opening.kind) {
    case "secured":
      return knownBySite({ ...verifiedUnder(opening, site), saw: "TLS; what is behind it speaks only to its peers" });
    case "timeout":
      return { finding: "handshake-only", saw: "accepts, speaks only to its peers" };
    case "closed":
    case "reset":
      return { finding: "handshake-only", saw: `accepts, ${opening.kind} the connection at a TLS greeting` };
    case "failed": {
      const found = foundWithoutTls(opening);
      // Even a refusal in TLS came from a service that speaks TLS; which one it is, nobody said.
      if (readTlsAnswer(opening.answered) !== undefined) return { ...found, finding: "handshake-only" };
      return unlessItsOwn(found, opening.answered);
    }
  }
};

/** Anybody may speak TLS: only the certificate of a site shows that it is Checkmk. */
const knownBySite = (found: Found): Found =>
  found.finding === "verified" && found.site === undefined ? { ...found, finding: "handshake-only" } : found;

const otherGreetings = /^(?:SSH-|HTTP\/|<|220[ -]|\* OK|\+OK|RFB |@RSYNCD)/;

/** What today's spooler says to strangers is not public, so only what others are known to say is another service. */
const unlessItsOwn = (found: Found, bytes: Buffer): Found =>
  found.finding === "wrong-service" && !otherGreetings.test(bytes.toString("latin1", 0, 16))
    ? { ...found, finding: "other-answer" }
    : found;
