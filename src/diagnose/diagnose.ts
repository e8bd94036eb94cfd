import type { CauseName, Diagnosis, RemedyName, Step, StepName, Subject, Works } from "../model/registration/doctor.ts";
import type { Replay } from "../model/registration/replay.ts";
import { serverFault } from "../model/registration/controller-server.ts";
import { causesOf } from "./causes.ts";
import { type Clues, cluesOf } from "./clues.ts";
import { advertisedPort, discoveryStep, toldAside } from "./discovery-step.ts";
import { isVerified, portStep, receiverSteps } from "./receiver-steps.ts";
import { remediesOf } from "./remedies.ts";
import { step } from "./step.ts";
import { nameStep, webStep } from "./web-steps.ts";
import { wayBackStep } from "./way-back.ts";

/**
 * Turns what was seen into the steps of a registration, the first of them that is broken, what works all the same,
 * the likely causes and the ways out. Pure: everything comes from the replay.
 */
export function diagnose(subject: Subject, replay: Replay): Diagnosis {
  const steps = stepsOf(subject, replay).map((one) => withInspected(one, replay));
  const advertised = advertisedPort(subject, replay);
  const usable = findReceiver(replay);
  const first = steps.find(({ state }) => state === "broken");
  const open = first ?? steps.find(({ state }) => state === "undecided");
  const verdict =
    first !== undefined ? "broken" : open !== undefined || replay.serverOnly === true ? "undecided" : "works";
  const otherSite = replay.receivers
    .flatMap(({ observation }) => observation.answers)
    .map(({ evidence }) => evidence.service)
    .find((service) => service?.finding === "wrong-site")?.site;
  const aside = toldAside(replay);
  const clues = open === undefined ? undefined : readClues(open, steps, { subject, replay, advertised });
  const causes = open === undefined || clues === undefined ? [] : causesOf(open.name, clues);
  const registerAs = serverToName(subject, replay, usable?.address);
  const can = canRegister(steps, verdict);
  return {
    subject,
    verdict,
    ...(can === undefined ? {} : { canRegister: can }),
    ...(first === undefined ? {} : { firstBroken: first.name }),
    ...(advertised === undefined ? {} : { advertisedPort: advertised }),
    ...(aside === undefined ? {} : { toldAside: aside }),
    ...(usable === undefined ? {} : { usablePort: usable.port, usableAddress: usable.address }),
    ...(registerAs === undefined ? {} : { registerAs }),
    ...(otherSite === undefined ? {} : { otherSite }),
    steps,
    stillWorks: stillWorks(steps, first, usable, advertised),
    causes,
    remedies: [
      ...ways(open, clues, { causes, replay }),
      ...(backUntried(replay, subject) ? (["try-way-back"] as const) : []),
    ],
  };
}

/** A step with what its target says of itself. */
function withInspected(one: Step, { inspected }: Replay): Step {
  if (inspected?.some(({ step: name }) => name === one.name) !== true) return one;
  const sightings = one.sightings.map((seen) => {
    const found = inspected.find(
      ({ step: name, port, address }) => name === one.name && port === seen.port && address === seen.address,
    );
    return found === undefined || seen.url !== undefined ? seen : { ...seen, inspection: found.inspection };
  });
  return { ...one, sightings };
}

/** The first of the declared names and addresses that the controller takes, and else an address that was found. */
function serverToName({ addresses }: Subject, replay: Replay, usable: string | undefined): string | undefined {
  const isTaken = (one: string): boolean => serverFault(one) === undefined;
  const taken = addresses.filter((one) => isTaken(one));
  const resolved = taken.find((one) => replay.unresolved?.includes(one) !== true);
  const withoutDot = addresses.map((one) => one.replace(/\.$/, "")).find((one) => isTaken(one));
  const seen = [replay.https?.observation, ...replay.receivers.map(({ observation }) => observation)]
    .flatMap((one) => one?.answers ?? [])
    .flatMap(({ address }) => (address !== undefined && isTaken(address) ? [address] : []));
  return resolved ?? taken[0] ?? withoutDot ?? (usable !== undefined && isTaken(usable) ? usable : seen[0]);
}

function ways(
  open: Step | undefined,
  clues: Clues | undefined,
  { causes, replay }: { causes: readonly CauseName[]; replay: Replay },
): RemedyName[] {
  if (open !== undefined && clues !== undefined) return remediesOf(open.name, causes, clues);
  return [replay.serverOnly === true ? "run-on-host" : "register-now"];
}

/** Hosts that do not pull need no way back, so nobody is sent for it. */
const backUntried = ({ wayBackSkipped }: Replay, { agent }: Subject): boolean =>
  wayBackSkipped === "not-asked-here" && (agent === "pull" || agent === "legacy");

function stepsOf(subject: Subject, replay: Replay): Step[] {
  const back = wayBackStep(subject, replay);
  const forth: readonly StepName[] = ["name", "web", "discovery", "port", "connection", "tls", "site"];
  if (replay.serverOnly === true && subject.addresses.every((one) => serverFault(one) !== undefined)) {
    return [step("name", "server-refused"), ...forth.slice(1).map((one) => step(one, "not-asked-here")), back];
  }
  if (replay.serverOnly === true) return [...forth.map((name) => step(name, "not-asked-here")), back];
  const first = replay.https?.observation ?? replay.receivers[0]?.observation;
  if (first === undefined) return [...forth.map((name) => step(name, "not-reached")), back];
  const name = nameStep(subject, first);
  const hasAddress = first.answers.some(({ address }) => address !== undefined);
  if (!hasAddress) {
    return [name, ...forth.slice(1).map((one) => step(one, "not-reached")), back];
  }
  const receiver = receiverSteps(subject, replay);
  if (replay.https === undefined) {
    const skipped = (["web", "discovery", "port"] as const).map((one) => step(one, "port-given"));
    return [name, ...skipped, ...receiver, back];
  }
  const advertised = advertisedPort(subject, replay);
  const port = advertised === undefined ? step("port", "not-reached") : portStep(subject, replay, advertised);
  return [name, webStep(subject, replay), discoveryStep(subject, replay), port, ...receiver, back];
}

function findReceiver({ receivers }: Replay): { port: number; address: string } | undefined {
  for (const { port, observation } of receivers) {
    const address = observation.answers.find(isVerified)?.address;
    if (address !== undefined) return { port, address };
  }
  return undefined;
}

function readClues(
  open: Step,
  steps: readonly Step[],
  { subject, replay, advertised }: { subject: Subject; replay: Replay; advertised: number | undefined },
): Clues {
  const [first, ...others] = replay.receivers;
  const worksAt = (port: typeof first): boolean => port?.observation.answers.some(isVerified) === true;
  const connected = first?.observation.answers.find(({ outcome }) => outcome.kind === "open");
  const receiverTrouble = open.name === "tls" || open.name === "site";
  return cluesOf(open, steps, {
    subject,
    advertisedPort: advertised,
    toldAside: toldAside(replay),
    echoes: replay.wayBackEcho?.answers ?? [],
    discoveryWorks: advertised !== undefined,
    receiverWorks: worksAt(first),
    receiverElsewhere: others.some(worksAt),
    otherAddressWorks: receiverTrouble && worksAt(first) && connected !== undefined && !isVerified(connected),
  });
}

/**
 * An agent could register although the way back is broken, and although the controller first waits at a dead address.
 * Where a step could not be tried, nobody knows.
 */
function canRegister(steps: readonly Step[], verdict: Diagnosis["verdict"]): boolean | undefined {
  if (verdict === "works") return true;
  const forth = steps.filter(({ name }) => name !== "way-back");
  const hinders = forth.some(({ state, symptom }) => state === "broken" && symptom !== "connection-stalled");
  if (hinders) return false;
  return forth.some(({ name, symptom }) => name === "site" && symptom === "site-answered") ? true : undefined;
}

function stillWorks(
  steps: readonly Step[],
  first: Step | undefined,
  usable: { port: number } | undefined,
  advertised: number | undefined,
): Works[] {
  if (first === undefined) return [];
  const fine = (name: StepName): boolean => {
    const found = steps.find((one) => one.name === name);
    return found !== first && (found?.state === "ok" || found?.state === "note");
  };
  return [
    ...(fine("web") && !fine("discovery") ? (["web"] as const) : []),
    ...(fine("discovery") ? (["discovery"] as const) : []),
    ...(usable === undefined
      ? []
      : [
          advertised !== undefined && usable.port !== advertised
            ? ("receiver-elsewhere" as const)
            : ("receiver" as const),
        ]),
    ...(steps.some(({ name, symptom }) => name === "way-back" && symptom === "agent-answered")
      ? (["way-back"] as const)
      : []),
  ];
}
