import type { Step, Subject, Symptom } from "../model/registration/doctor.ts";
import type { Replay } from "../model/registration/replay.ts";
import type { Answer } from "../model/outcome.ts";
import type { Finding } from "../model/service-evidence.ts";
import { isRejected } from "./rejection.ts";
import { nothingSent, sightings, step } from "./step.ts";

/**
 * Step 8: the site's connection to the agent. A refusal by the host is normal before the registration, because the controller does
 * not listen until it has a pull connection (docs/notes/listening.md); hosts that push or have no agent need no way
 * back.
 */
export function wayBackStep({ agent, agentPort }: Subject, replay: Replay): Step {
  const { wayBack, wayBackEcho, wayBackSkipped } = replay;
  if (wayBack === undefined) return step("way-back", wayBackSkipped ?? "not-reached");
  const { answers } = wayBack;
  const seen = sightings(agentPort, wayBack);
  if (nothingSent(answers)) return step("way-back", "not-sent", seen);
  const pulls = agent === "pull" || agent === "legacy";
  const echoes = wayBackEcho?.answers ?? [];
  const isNormal = (answer: Answer): boolean => !isRejected(answer, echoes);
  const symptoms = new Set(answers.map((one) => (pulls ? whenPulled(one, isNormal(one)) : whenNotPulled(one))));
  return step("way-back", order.find((one) => symptoms.has(one)) ?? "not-sent", seen);
}

/** The best answer of several addresses counts: the site uses the one that it is told. */
const order = [
  "agent-answered",
  "agent-unencrypted",
  "agent-needs-secret",
  "agent-slow",
  "agent-wrong-service",
  "agent-turns-away",
  "nothing-listens-yet",
  "way-back-failed",
  "open-unexpectedly",
  "closed-as-expected",
] as const satisfies readonly Symptom[];

const byFinding = {
  verified: "agent-answered",
  "handshake-only": "agent-answered",
  unencrypted: "agent-unencrypted",
  "shared-secret": "agent-needs-secret",
  refuses: "agent-turns-away",
  "not-ready": "agent-slow",
  "other-answer": "agent-wrong-service",
  "certificate-expired": "agent-answered",
  "clock-differs": "agent-wrong-service",
  unanswered: "agent-slow",
  closed: "agent-turns-away",
  "wrong-service": "agent-wrong-service",
  "wrong-site": "agent-wrong-service",
  "foreign-certificate": "agent-wrong-service",
  plaintext: "agent-unencrypted",
  "tls-failed": "agent-wrong-service",
} as const satisfies Record<Finding, (typeof order)[number]>;

function whenPulled({ outcome, evidence }: Answer, isNormal: boolean): Symptom {
  if (outcome.kind === "open")
    return evidence.service === undefined ? "agent-answered" : byFinding[evidence.service.finding];
  if (outcome.kind === "refused" && isNormal) return "nothing-listens-yet";
  return outcome.kind === "unsent" ? "not-sent" : "way-back-failed";
}

function whenNotPulled({ outcome }: Answer): Symptom {
  if (outcome.kind === "unsent") return "not-sent";
  return outcome.kind === "open" ? "open-unexpectedly" : "closed-as-expected";
}
