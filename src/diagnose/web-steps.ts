import type { Replay, Step, Subject, Symptom } from "../model/doctor.ts";
import type { Answer, Observation } from "../model/outcome.ts";
import type { Finding, ServiceEvidence } from "../model/service.ts";
import { type Reach, reachAny, reachByFamily } from "./reach.ts";
import { handshakeOnly, nothingSent, sightings, step } from "./step.ts";

/** getaddrinfo's own answers, in contrast to no answer: the name does not exist, or has no address (see vantage/resolve.ts). */
const isDenied = (detail: string): boolean => /\((ENOTFOUND|ENODATA|EAI_NODATA)\)|has no address/.test(detail);

/** Which address the controller's HTTP client would use. */
function reachWeb(subject: Subject, observation: Observation | undefined): Reach {
  const answers = observation?.answers ?? [];
  return subject.addresses.length > 1 ? reachAny(answers) : reachByFamily(answers);
}

/** Step 1: what the server's name means where the probes start. */
export function nameStep(subject: Subject, observation: Observation): Step {
  const isUnresolved = ({ address, outcome }: Answer): boolean =>
    address === undefined && outcome.kind === "unsent" && outcome.cause === "name";
  const failed = observation.answers.filter(isUnresolved);
  const found = observation.answers.filter(({ address }) => address !== undefined);
  if (found.length > 0) {
    if (failed.length > 0) return step("name", "some-names-unknown");
    const literal = found.every(({ address }) => subject.addresses.includes(address ?? ""));
    return step("name", literal ? "literal" : "resolved");
  }
  const seen = sightings(443, observation).slice(0, 1); // the same for every port
  if (failed.length === 0) return step("name", "not-sent", seen);
  const denied = failed.every(({ outcome }) => outcome.kind === "unsent" && isDenied(outcome.detail));
  return step("name", denied ? "name-unknown" : "resolver-silent", seen);
}

/** Step 2: a TCP connection to 443 or 80, which discovery needs. */
export function webStep(subject: Subject, { https, http }: Replay): Step {
  const seen = [...sightings(443, https), ...sightings(80, http)].map(handshakeOnly);
  const all = [...(https?.answers ?? []), ...(http?.answers ?? [])];
  const reaches = [reachWeb(subject, https), reachWeb(subject, http)];
  if (reaches.some(({ reached, stalled }) => reached !== undefined && !stalled)) {
    return step("web", all.every(({ outcome }) => outcome.kind === "open") ? "web-open" : "web-partly-open", seen);
  }
  if (reaches.some(({ reached }) => reached !== undefined)) return step("web", "web-stalled", seen);
  return step("web", nothingSent(all) ? "not-sent" : "web-closed", seen);
}

/** The port that discovery gives, asked over https and then http. */
export function advertisedPort(subject: Subject, { https, http }: Replay): number | undefined {
  return portAt(reachWeb(subject, https)) ?? portAt(reachWeb(subject, http));
}

const portAt = ({ reached, stalled }: Reach): number | undefined =>
  stalled ? undefined : reached?.evidence.service?.receiverPort;

/** Step 3: the answer of the discovery endpoint. The status is not looked at: a number is a port, anything else is not. */
export function discoveryStep(subject: Subject, replay: Replay): Step {
  const { https, http } = replay;
  const reaches = [reachWeb(subject, https), reachWeb(subject, http)].filter(({ stalled }) => !stalled);
  const asked = reaches.flatMap(({ reached }) => (reached === undefined ? [] : [reached]));
  if (asked.length === 0) return step("discovery", "not-reached");
  const seen = [...sightings(443, https), ...sightings(80, http)].filter(({ evidence }) => evidence.service);
  if (advertisedPort(subject, replay) !== undefined) {
    const everywhere = asked.every(({ evidence }) => evidence.service?.finding === "verified"); // a redirect is one
    return step("discovery", everywhere ? "port-advertised" : "port-advertised-once", seen);
  }
  const said = asked.flatMap(({ evidence }) => (evidence.service === undefined ? [] : [evidence.service]));
  const symptom = mostTelling(said.map(discoverySymptom));
  const silent443 = sightings(443, https).filter(({ evidence }) => evidence.service === undefined);
  return step("discovery", symptom, symptom === "discovery-redirects" ? [...silent443, ...seen] : seen);
}

/** An answer of a web server explains more than a connection without one. */
const telling = [
  "site-not-started",
  "discovery-not-found",
  "discovery-login-page",
  "discovery-no-number",
  "discovery-not-http",
  "discovery-tls-failed",
  "discovery-closed",
  "discovery-silent",
  "discovery-redirects",
] as const satisfies readonly Symptom[];

const mostTelling = (symptoms: readonly Symptom[]): Symptom =>
  telling.find((one) => symptoms.includes(one)) ?? "not-sent";

const byFinding = {
  verified: "discovery-redirects", // with a number it is no symptom
  "handshake-only": "discovery-silent",
  unencrypted: "discovery-no-number",
  "shared-secret": "discovery-no-number",
  refuses: "discovery-no-number",
  "not-ready": "site-not-started",
  "other-answer": "discovery-no-number",
  "certificate-expired": "discovery-no-number",
  "clock-differs": "discovery-no-number",
  unanswered: "discovery-silent",
  closed: "discovery-closed",
  "wrong-service": "discovery-not-http",
  "wrong-site": "discovery-not-found",
  "foreign-certificate": "discovery-no-number",
  plaintext: "discovery-not-http",
  "tls-failed": "discovery-tls-failed",
} as const satisfies Record<Finding, Symptom>;

function discoverySymptom({ finding, saw = "" }: ServiceEvidence): Symptom {
  const symptom = byFinding[finding];
  if (symptom !== "discovery-no-number") return symptom;
  if (/\b404\b|not found/i.test(saw)) return "discovery-not-found";
  return /\b(30[1278]|401|403|407)\b|html|log ?in|sign ?in|<!doctype/i.test(saw) ? "discovery-login-page" : symptom;
}
