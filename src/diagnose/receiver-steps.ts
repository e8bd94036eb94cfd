import type { Step, Subject, Symptom } from "../model/registration/doctor.ts";
import type { Replay } from "../model/registration/replay.ts";
import type { Answer, Observation } from "../model/outcome.ts";
import type { Finding } from "../model/service-evidence.ts";
import { type Reach, reachAny, reachInTurn } from "./reach.ts";
import { handshakeOnly, nothingSent, sightings, step } from "./step.ts";

/** True if the receiver of the wanted site answered correctly. */
export const isVerified = ({ evidence }: Answer): boolean => evidence.service?.finding === "verified";

function reachReceiver(subject: Subject, observation: Observation | undefined): Reach {
  const answers = observation?.answers ?? [];
  return subject.addresses.length > 1 ? reachAny(answers) : reachInTurn(answers);
}

/** Step 4: what discovery says against what is expected. It is wrong if only the expected port leads to the site. */
export function portStep(subject: Subject, { receivers }: Replay, advertised: number): Step {
  if (advertised === subject.expectedPort) return step("port", "port-as-expected");
  const verifiedAt = (port: number): boolean =>
    receivers.some((one) => one.port === port && one.observation.answers.some(isVerified));
  const isStale = verifiedAt(subject.expectedPort) && !verifiedAt(advertised);
  return step("port", isStale ? "port-stale" : "port-differs");
}

/** Steps 5 to 7: TCP, TLS and the answer for the site, at the port that the controller would use. */
export function receiverSteps(subject: Subject, { receivers }: Replay): Step[] {
  const [first] = receivers;
  if (first === undefined) {
    return [step("connection", "not-reached"), step("tls", "not-reached"), step("site", "not-reached")];
  }
  const { port, observation } = first;
  const { answers } = observation;
  const seen = sightings(port, observation);
  const { reached, stalled } = reachReceiver(subject, observation);
  const below = seen.map(handshakeOnly);
  if (reached === undefined) {
    const symptom = nothingSent(answers) ? "not-sent" : "connection-failed";
    return [step("connection", symptom, below), step("tls", "not-reached"), step("site", "not-reached")];
  }
  const allOpen = answers.every(({ outcome }) => outcome.kind === "open");
  const connected = stalled ? "connection-stalled" : allOpen ? "connected" : "connected-partly";
  const talked = seen.filter(({ evidence }) => evidence.service !== undefined);
  const [tls, site] = spoken(reached);
  return [
    step("connection", connected, below),
    step("tls", tls, tls === "not-reached" ? [] : talked),
    step("site", site, site === "not-reached" ? [] : talked),
  ];
}

/** What each finding says about TLS, and then about the site; `undefined` where TLS itself is broken. */
const byFinding = {
  verified: ["site-certificate", "site-answered"],
  "handshake-only": ["accepted-then-silent"],
  unencrypted: ["plaintext"],
  "shared-secret": ["wrong-service"],
  refuses: ["site-certificate", "receiver-odd-answer"],
  "not-ready": ["site-certificate", "receiver-not-ready"],
  "other-answer": ["site-certificate", "receiver-odd-answer"],
  "certificate-expired": ["certificate-expired"],
  "clock-differs": ["wrong-service"],
  unanswered: ["accepted-then-silent"],
  closed: ["accepted-then-closed"],
  "wrong-service": ["wrong-service"],
  "wrong-site": ["site-certificate", "other-site"],
  "foreign-certificate": ["foreign-certificate"],
  plaintext: ["plaintext"],
  "tls-failed": ["tls-failed"],
} as const satisfies Record<Finding, readonly [Symptom, Symptom?]>;

function spoken({ evidence }: Answer): [Symptom, Symptom] {
  const { service } = evidence;
  if (service === undefined) return ["not-sent", "not-reached"];
  const [tls, site] = byFinding[service.finding];
  const secured = service.tlsVersion !== undefined;
  // TLS was agreed on before the receiver fell silent or closed.
  if (secured && (tls === "accepted-then-silent" || tls === "accepted-then-closed")) {
    return ["site-certificate", "receiver-silent"];
  }
  // The certificate names no other site, so nothing shows that another one answered.
  if (service.finding === "wrong-site" && service.site === undefined) return ["site-certificate", "site-path-unknown"];
  return [tls, site ?? "not-reached"];
}
