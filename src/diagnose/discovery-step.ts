import type { Sighting, Step, Subject, Symptom } from "../model/registration/doctor.ts";
import type { Answer } from "../model/outcome.ts";
import type { Discovery, Replay } from "../model/registration/replay.ts";
import type { Finding, ServiceEvidence } from "../model/service-evidence.ts";
import { reachAny, reachByFamily, reachWeb } from "./reach.ts";
import { sightings, step } from "./step.ts";

/**
 * What discovery came to at one port: the answer at the end of all redirects; `lost` if the machine that a redirect
 * named cannot be reached; `undefined` if the web server itself was not reached.
 */
function endOf(subject: Subject, discovery: Discovery | undefined): Answer | "lost" | undefined {
  if (discovery === undefined) return undefined;
  const { reached, stalled } = reachWeb(subject, discovery.observation);
  if (reached === undefined || stalled) return undefined;
  const last = discovery.hops.at(-1);
  if (last === undefined) return reached;
  const hop = reachByFamily(last.observation.answers);
  return hop.reached === undefined || hop.stalled ? "lost" : hop.reached;
}

const portAt = (end: Answer | "lost" | undefined): number | undefined =>
  end === "lost" ? undefined : end?.evidence.service?.receiverPort;

/** The port that discovery gives, asked over https and then http. */
export function advertisedPort(subject: Subject, { https, http }: Pick<Replay, "https" | "http">): number | undefined {
  return portAt(endOf(subject, https)) ?? portAt(endOf(subject, http));
}

/** The port that discovery gives where this controller does not ask, and where that is. */
export function toldAside({ aside = [] }: Replay): { webPort: number; receiverPort: number } | undefined {
  for (const { port, observation, hops } of aside) {
    const { reached } = reachAny((hops.at(-1)?.observation ?? observation).answers);
    const receiverPort = portAt(reached);
    if (receiverPort !== undefined) return { webPort: port, receiverPort };
  }
  return undefined;
}

/** The answers along the way, those of the machines that redirects named included. */
function seenAt(port: number, discovery: Discovery | undefined): Sighting[] {
  if (discovery === undefined) return [];
  const hops = discovery.hops.flatMap(({ url, isOutside, ...hop }) =>
    sightings(hop.port, hop.observation).map((one) => ({ ...one, url, ...(isOutside === true ? { isOutside } : {}) })),
  );
  return [...sightings(port, discovery.observation).filter(({ evidence }) => evidence.service), ...hops];
}

/** Step 3: the answer of the discovery endpoint. The status is not looked at: a number is a port, anything else is not. */
export function discoveryStep(subject: Subject, replay: Replay): Step {
  const { https, http } = replay;
  const ends = [endOf(subject, https), endOf(subject, http)].filter((end) => end !== undefined);
  if (ends.length === 0) return step("discovery", "not-reached");
  const seen = [...seenAt(443, https), ...seenAt(80, http)];
  if (advertisedPort(subject, replay) !== undefined) {
    const everywhere = ends.every((end) => end !== "lost" && end.evidence.service?.finding === "verified");
    const used = portAt(endOf(subject, https)) === undefined ? http : https;
    const answers = used?.observation.answers ?? [];
    const wasSent = used?.hops.length !== 0 || answers.some(({ evidence }) => evidence.service?.onward !== undefined);
    if (wasSent) return step("discovery", "port-advertised-elsewhere", seen);
    return step("discovery", everywhere ? "port-advertised" : "port-advertised-once", seen);
  }
  const symptom = mostTelling(ends.map(symptomOf));
  const silent443 = sightings(443, https?.observation).filter(({ evidence }) => evidence.service === undefined);
  return step("discovery", symptom, symptom === "discovery-redirects" ? [...silent443, ...seen] : seen);
}

function symptomOf(end: Answer | "lost"): Symptom {
  if (end === "lost") return "redirect-lost";
  const { service } = end.evidence;
  return service === undefined ? "not-sent" : discoverySymptom(service);
}

/** An answer of a web server explains more than a connection without one. */
const telling = [
  "site-not-started",
  "discovery-not-found",
  "discovery-login-page",
  "discovery-no-number",
  "discovery-not-http",
  "discovery-tls-failed",
  "redirect-endless",
  "redirect-lost",
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

function discoverySymptom({ finding, saw = "", onward }: ServiceEvidence): Symptom {
  if (onward?.end === "too-many") return "redirect-endless";
  if (onward?.end === "not-reached" || onward?.end === "no-web-address") return "redirect-lost";
  const symptom = byFinding[finding];
  if (symptom !== "discovery-no-number") return symptom;
  if (/\b404\b|not found/i.test(saw)) return "discovery-not-found";
  return /\b(30[1278]|401|403|407)\b|html|log ?in|sign ?in|<!doctype/i.test(saw) ? "discovery-login-page" : symptom;
}
