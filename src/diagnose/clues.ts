import type { Sighting, Step, Subject, Symptom } from "../model/doctor.ts";
import type { OutcomeKind } from "../model/outcome.ts";

/** What the rules for causes and ways out may look at: the broken step, and what else was seen. */
export interface Clues {
  subject: Subject;
  /** What the first broken (or undecided) step showed. */
  symptom: Symptom;
  /** Outcomes other than open that this step saw. */
  kinds: ReadonlySet<OutcomeKind>;
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
  /** An address of the server works where the first one does not. */
  otherAddressWorks: boolean;
  proxySet: boolean;
}

const quietKinds: ReadonlySet<OutcomeKind> = new Set(["silent", "unreachable", "unsent"]);

/** The last hop gives up on a neighbour after about three seconds; what comes sooner comes from a firewall or router. */
const isVague = ({ outcome, evidence }: Sighting): boolean =>
  outcome.kind === "unreachable" && evidence.codeSeen === false && outcome.rttMs < 2000;

/** Reads the clues off the steps. `at` is the step that the causes are wanted for. */
export function cluesOf(
  at: Step,
  steps: readonly Step[],
  seen: Pick<Clues, "subject" | "discoveryWorks" | "receiverWorks" | "receiverElsewhere" | "otherAddressWorks"> & {
    advertisedPort: number | undefined;
  },
): Clues {
  const stateOf = (name: Step["name"]) => steps.find((one) => one.name === name)?.state;
  const outbound = steps.filter(({ name }) => name !== "way-back").flatMap(({ sightings }) => sightings);
  const isV6 = (address: string | undefined): boolean => address?.includes(":") === true;
  const failing = at.sightings.filter(({ outcome }) => outcome.kind !== "open");
  const { advertisedPort, ...rest } = seen;
  return {
    ...rest,
    symptom: at.symptom,
    kinds: new Set(failing.map(({ outcome }) => outcome.kind)),
    codeUnseen: failing.some(isVague),
    webWorks: stateOf("web") === "ok" || stateOf("web") === "note",
    saidStopped: at.sightings.some(({ evidence }) => evidence.service?.saw?.includes("is not started") === true),
    quiet: outbound.length > 0 && outbound.every(({ outcome }) => quietKinds.has(outcome.kind)),
    portDiffers: advertisedPort !== undefined && advertisedPort !== seen.subject.expectedPort,
    onlyV6Fails:
      failing.length > 0 &&
      failing.every(({ address }) => isV6(address)) &&
      at.sightings.some(({ address, outcome }) => !isV6(address) && outcome.kind === "open"),
    proxySet: seen.subject.proxies.length > 0,
  };
}
