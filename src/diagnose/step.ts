import type { Sighting, Step, StepName, StepState, Symptom } from "../model/registration/doctor.ts";
import type { Answer, Observation } from "../model/outcome.ts";

/** How a step counts that showed this. */
const states = {
  "not-sent": "undecided",
  "not-reached": "skipped",
  "not-asked-here": "skipped",
  "port-given": "skipped",
  literal: "ok",
  resolved: "ok",
  "some-names-unknown": "note",
  "name-unknown": "broken",
  "server-refused": "broken",
  "some-servers-refused": "note",
  "resolver-silent": "broken", // the controller asks the same resolver
  "web-open": "ok",
  "web-partly-open": "note",
  "web-closed": "broken",
  "web-stalled": "broken",
  "port-advertised": "ok",
  "port-advertised-elsewhere": "note",
  "port-advertised-once": "note",
  "site-not-started": "broken",
  "discovery-not-found": "broken",
  "discovery-login-page": "broken",
  "discovery-redirects": "broken",
  "redirect-lost": "broken",
  "redirect-endless": "broken",
  "discovery-no-number": "broken",
  "discovery-not-http": "broken",
  "discovery-closed": "broken",
  "discovery-silent": "broken",
  "discovery-tls-failed": "broken",
  "port-as-expected": "ok",
  "port-differs": "note",
  "port-stale": "broken",
  connected: "ok",
  "connected-partly": "note",
  "connection-failed": "broken",
  "connection-stalled": "broken",
  "site-certificate": "ok",
  "foreign-certificate": "broken",
  "certificate-expired": "broken",
  plaintext: "broken",
  "wrong-service": "broken",
  "tls-failed": "broken",
  "accepted-then-closed": "broken",
  "accepted-then-silent": "broken",
  "site-answered": "ok",
  "other-site": "broken",
  "site-path-unknown": "broken",
  "receiver-not-ready": "broken",
  "receiver-odd-answer": "broken",
  "receiver-silent": "broken",
  "agent-answered": "ok",
  "agent-unencrypted": "note",
  "agent-needs-secret": "note",
  "agent-slow": "note",
  "nothing-listens-yet": "note",
  "closed-as-expected": "ok",
  "open-unexpectedly": "note",
  "way-back-failed": "broken",
  "agent-turns-away": "broken",
  "agent-wrong-service": "broken",
  "host-unknown": "skipped",
} as const satisfies Record<Symptom, StepState>;

/** A step that showed this; how it counts follows. */
export function step(name: StepName, symptom: Symptom, sightings: readonly Sighting[] = []): Step {
  return { name, symptom, state: states[symptom], sightings };
}

/** The answers of a probe of one port, as sightings. */
export function sightings(port: number, observation: Observation | undefined): Sighting[] {
  return (observation?.answers ?? []).map((answer) => ({ port, ...answer }));
}

/** True if nothing was sent to any address. */
export function nothingSent(answers: readonly Answer[]): boolean {
  return answers.length > 0 && answers.every(({ outcome }) => outcome.kind === "unsent");
}

/** A sighting of a handshake only: what the service said after it belongs to the steps behind. */
export function handshakeOnly({ evidence, ...rest }: Sighting): Sighting {
  const { service: _, ...below } = evidence;
  return { ...rest, evidence: below };
}
