import type { Sighting, Step, Subject, Symptom } from "../model/registration/doctor.ts";
import { serverFault } from "../model/registration/controller-server.ts";
import type { Answer, OutcomeKind } from "../model/outcome.ts";
import type { ServiceEvidence } from "../model/service-evidence.ts";
import { isRejected } from "./rejection.ts";

/** What the rules for causes and ways out may look at: the broken step, and what else was seen. */
export interface Clues {
  subject: Subject;
  /** What the first broken (or undecided) step showed. */
  symptom: Symptom;
  /** Outcomes other than open that this step saw. */
  kinds: ReadonlySet<OutcomeKind>;
  /** A refusal that is not known to be a rule's. */
  refused: boolean;
  /** A refusal by a rule of a firewall. */
  rejected: boolean;
  /** Unreachable, although the same address answered at another port: no address is missing, and routes are there. */
  unreachableAlive: "by-rule" | "behind-forward" | undefined;
  /** A silence that a shorter question broke, or in the middle of an answer: what is lost is lost by its size. */
  lostBySize: boolean;
  /** The name that a redirect gave does not resolve. */
  hopUnresolved: boolean;
  /** Discovery, asked where this controller does not ask, named the receiver's port. */
  toldAside: { webPort: number; receiverPort: number } | undefined;
  /** Rejected at once, and by an ICMP message whose code was not seen. */
  codeUnseen: boolean;
  /** 443 or 80 accepted a connection. */
  webWorks: boolean;
  discoveryWorks: boolean;
  /** Checkmk's own page says that the site is not started. */
  saidStopped: boolean;
  /** Nothing on the server answered anything. */
  quiet: boolean;
  /** Discovery named another port than the expected one. */
  portDiffers: boolean;
  /** The site's own receiver answered at the port that the controller turns to, if need be at another address. */
  receiverWorks: boolean;
  /** It answered at another port than discovery gave. */
  receiverElsewhere: boolean;
  /** The broken step has an address of one family that fails beside one of the other that works. */
  onlyV6Fails: boolean;
  /** The receiver that answered is another site's, which is known by name. */
  otherSiteAnswered: boolean;
  /** An address of the server works where the first one does not. */
  otherAddressWorks: boolean;
  proxySet: boolean;
  /** The server has an address that the controller takes. */
  addressTaken: boolean;
}

const quietKinds: ReadonlySet<OutcomeKind> = new Set(["silent", "unreachable", "unsent"]);

/**
 * The last hop gives up on a neighbour after about three seconds; what comes sooner comes from a firewall or router
 * (docs/notes/linux-network.md#a-host-that-does-not-answer-arp).
 */
const neighbourMs = 2000;
const isVague = ({ outcome, evidence }: Sighting): boolean =>
  outcome.kind === "unreachable" && evidence.codeSeen === false && outcome.rttMs < neighbourMs;

const lookFor =
  (kinds: readonly OutcomeKind[]) =>
  ({ outcome }: Sighting) =>
    kinds.includes(outcome.kind);

function alive(failing: readonly Sighting[], all: readonly Sighting[]): Clues["unreachableAlive"] {
  const answered = new Set(all.filter(lookFor(["open", "refused"])).map(({ address }) => address));
  const found = failing.filter(lookFor(["unreachable"])).filter(({ address }) => answered.has(address));
  if (found.length === 0) return undefined;
  const isForward = ({ address, outcome, evidence }: Sighting): boolean =>
    evidence.reporter === address || (outcome.kind === "unreachable" && outcome.rttMs >= neighbourMs);
  return found.every(isForward) ? "behind-forward" : "by-rule";
}

function isLostBySize(service: ServiceEvidence | undefined): boolean {
  if (service?.finding !== "unanswered") return false;
  const { smallAnswered, stalledAfter } = service;
  return smallAnswered ?? stalledAfter === "server-hello";
}

/** Reads the clues off the steps. `at` is the step that the causes are wanted for. */
export function cluesOf(
  at: Step,
  steps: readonly Step[],
  seen: Pick<
    Clues,
    "subject" | "discoveryWorks" | "receiverWorks" | "receiverElsewhere" | "otherAddressWorks" | "toldAside"
  > & { advertisedPort: number | undefined; echoes: readonly Answer[] },
): Clues {
  const stateOf = (name: Step["name"]) => steps.find((one) => one.name === name)?.state;
  const outbound = steps.filter(({ name }) => name !== "way-back").flatMap(({ sightings }) => sightings);
  const isV6 = (address: string | undefined): boolean => address?.includes(":") === true;
  const failing = at.sightings.filter(({ outcome }) => outcome.kind !== "open");
  const { advertisedPort, echoes, ...rest } = seen;
  const others = [...outbound, ...echoes];
  const refusals = failing.filter(({ outcome }) => outcome.kind === "refused");
  const rejections = refusals.filter((one) => isRejected(one, others));
  return {
    ...rest,
    symptom: at.symptom,
    kinds: new Set(failing.map(({ outcome }) => outcome.kind)),
    refused: refusals.length > rejections.length,
    rejected: rejections.length > 0,
    unreachableAlive: alive(failing, outbound),
    lostBySize: at.sightings.some(({ evidence }) => isLostBySize(evidence.service)),
    hopUnresolved: failing.some(({ url, address }) => url !== undefined && address === undefined),
    codeUnseen: failing.some(isVague),
    webWorks: stateOf("web") === "ok" || stateOf("web") === "note",
    saidStopped: at.sightings.some(({ evidence }) => evidence.service?.saw?.includes("is not started") === true),
    quiet: outbound.length > 0 && outbound.every(({ outcome }) => quietKinds.has(outcome.kind)),
    portDiffers: advertisedPort !== undefined && advertisedPort !== seen.subject.expectedPort,
    onlyV6Fails:
      failing.length > 0 &&
      failing.every(({ address }) => isV6(address)) &&
      at.sightings.some(({ address, outcome }) => !isV6(address) && outcome.kind === "open"),
    otherSiteAnswered: steps.some(({ name, symptom }) => name === "site" && symptom === "other-site"),
    addressTaken: outbound.some(({ address }) => address !== undefined && serverFault(address) === undefined),
    proxySet: seen.subject.proxies.length > 0,
  };
}
