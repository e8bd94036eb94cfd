import { serverFault } from "../model/registration/controller-server.ts";
import type { Step, Subject } from "../model/registration/doctor.ts";
import type { Answer, Observation } from "../model/outcome.ts";
import type { Replay } from "../model/registration/replay.ts";
import { reachWeb } from "./reach.ts";
import { handshakeOnly, nothingSent, sightings, step } from "./step.ts";

/** getaddrinfo's own answers, in contrast to no answer: the name does not exist, or has no address (see vantage/resolve.ts). */
const isDenied = (detail: string): boolean => /\((ENOTFOUND|ENODATA|EAI_NODATA)\)|has no address/.test(detail);
/** No answer of a resolver, in contrast to a look-up that this side could not even start. */
const isUnanswered = (detail: string): boolean => /gave no answer|unanswered/.test(detail);

/** Step 1: what the server's name means where the probes start. */
export function nameStep(subject: Subject, observation: Observation): Step {
  const isUnresolved = ({ address, outcome }: Answer): boolean =>
    address === undefined && outcome.kind === "unsent" && outcome.cause === "name";
  const failed = observation.answers.filter(isUnresolved);
  const found = observation.answers.filter(({ address }) => address !== undefined);
  const refused = subject.addresses.filter((one) => serverFault(one) !== undefined);
  if (refused.length === subject.addresses.length) return step("name", "server-refused");
  if (found.length > 0) {
    if (failed.length > 0) return step("name", "some-names-unknown");
    if (refused.length > 0) return step("name", "some-servers-refused");
    const literal = found.every(({ address }) => subject.addresses.includes(address ?? ""));
    return step("name", literal ? "literal" : "resolved");
  }
  const seen = sightings(443, observation).slice(0, 1); // the same for every port
  if (failed.length === 0) return step("name", "not-sent", seen);
  const details = failed.flatMap(({ outcome }) => (outcome.kind === "unsent" ? [outcome.detail] : []));
  if (details.every(isDenied)) return step("name", "name-unknown", seen);
  const isAnswer = (detail: string): boolean => isDenied(detail) || isUnanswered(detail);
  return step("name", details.every(isAnswer) ? "resolver-silent" : "not-sent", seen);
}

/** Step 2: a TCP connection to 443 or 80, which discovery needs. */
export function webStep(subject: Subject, { https, http }: Replay): Step {
  const seen = [...sightings(443, https?.observation), ...sightings(80, http?.observation)].map(handshakeOnly);
  const all = [...(https?.observation.answers ?? []), ...(http?.observation.answers ?? [])];
  const reaches = [reachWeb(subject, https?.observation), reachWeb(subject, http?.observation)];
  if (reaches.some(({ reached, stalled }) => reached !== undefined && !stalled)) {
    return step("web", all.every(({ outcome }) => outcome.kind === "open") ? "web-open" : "web-partly-open", seen);
  }
  if (reaches.some(({ reached }) => reached !== undefined)) return step("web", "web-stalled", seen);
  return step("web", nothingSent(all) ? "not-sent" : "web-closed", seen);
}
