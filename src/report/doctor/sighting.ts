import type { Sighting } from "../../model/registration/doctor.ts";
import type { Finding, ServiceEvidence } from "../../model/service-evidence.ts";
import { daysOf } from "../text/certificate-days.ts";
import { duration } from "../text/wording.ts";

/** `10.0.0.5:8000`, `[fd00::5]:8000`. */
export function endpointOf(address: string, port: number): string {
  return `${bracketed(address)}:${port}`;
}

/** An address as it is written in a URL and behind `--server`: IPv6 in brackets. */
export function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** What one address answered, in a few words: `10.0.0.5:8000 refused after 0.4 ms`. No full stop. */
export function phraseSighting({ port, address, outcome, evidence, url, isOutside }: Sighting): string {
  const redirect = url === undefined ? "" : `${url}${isOutside === true ? ", outside of the topology" : ""}: `;
  if (address === undefined) return `${redirect}${outcome.kind === "unsent" ? outcome.detail : `port ${port}`}`;
  const where = `${redirect}${endpointOf(address, port)}`;
  switch (outcome.kind) {
    case "open":
      return evidence.service === undefined
        ? `${where} open, handshake in ${duration(outcome.rttMs)}`
        : `${where} ${phraseService(evidence.service)}`;
    case "refused":
      return `${where} refused after ${duration(outcome.rttMs)}${ofCode(evidence)}`;
    case "prohibited":
      return `${where} prohibited${ofCode(evidence)}, after ${duration(outcome.rttMs)}`;
    case "unreachable":
      return `${where} unreachable${ofCode(evidence)}, after ${duration(outcome.rttMs)}`;
    case "silent":
      return `${where} no answer within ${duration(outcome.waitedMs)}`;
    case "unsent":
      return `${where} not sent: ${outcome.detail}`;
  }
}

/** Who sent the ICMP error, where that was seen. */
function ofCode({ reporter, icmpCode, codeSeen, errno }: Sighting["evidence"]): string {
  const code = icmpCode === undefined ? "" : ` (ICMP ${icmpCode})`;
  if (reporter !== undefined) return ` by ${reporter}${code}`;
  if (code !== "") return code;
  return codeSeen === false ? ` (${errno ?? "error number"} only, the ICMP code was not seen)` : "";
}

const findings = {
  verified: "answered correctly",
  "handshake-only": "completed the handshake",
  unencrypted: "answered without encryption",
  "shared-secret": "answered, encrypted with a shared secret",
  refuses: "answered that it does not serve",
  "not-ready": "is not ready to serve",
  "other-answer": "gave another answer",
  "certificate-expired": "shows a certificate outside its dates",
  "clock-differs": "has a different time",
  unanswered: "accepted the connection and stayed silent",
  closed: "accepted the connection and closed it without an answer",
  "wrong-service": "is another service",
  "wrong-site": "belongs to another site",
  "foreign-certificate": "shows a certificate that is not a Checkmk site's",
  plaintext: "answers in plain text instead of TLS",
  "tls-failed": "did not complete a TLS handshake",
} as const satisfies Record<Finding, string>;

function phraseService({ finding, saw, site, receiverPort, certificate, onward }: ServiceEvidence): string {
  const via = onward === undefined ? [] : [`redirects to ${onward.via.join(", then ")}`];
  if (onward?.end === "elsewhere") return via.join("");
  if (receiverPort !== undefined) return [...via, `says port ${receiverPort}`].join(", ");
  const shown =
    certificate === undefined
      ? undefined
      : `certificate of "${certificate.subject}" by "${certificate.issuer}"${finding === "certificate-expired" ? `, valid ${daysOf(certificate)}` : ""}`;
  // Some services say of TLS what the certificate itself says better.
  const isRepeated = certificate !== undefined && saw?.includes(certificate.issuer) === true;
  const said = [isRepeated ? undefined : saw, shown].filter((part) => part !== undefined && part !== "");
  const isUnnamed = finding === "wrong-site" && site === undefined;
  const found = isUnnamed ? "does not know the path of the site" : findings[finding];
  return `${found}${said.length === 0 ? "" : `: ${said.join(", ")}`}`;
}
