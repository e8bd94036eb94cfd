import type { Diagnosis, Step } from "../../model/registration/doctor.ts";
import { plainTexts } from "../../model/text/printable.ts";
import type { Registration } from "../../model/registration/registration.ts";
import { inspectedSentence } from "../reasons/inspected.ts";
import { phraseCause, phraseWorks } from "./causes.ts";
import { phraseRemedy } from "./remedies.ts";
import { phraseSighting } from "./sighting.ts";
import { phraseStep, summarise } from "./steps.ts";

/** When and by what a registration was replayed. */
export interface DoctorCircumstances {
  version: string;
  startedAt: Date;
  durationMs: number;
  interrupted: boolean;
  /** What a reader must know first. */
  notes?: readonly string[];
}

/** A diagnosis in words, ready for every format. Foreign text in it is made safe to show. */
export function describeRegistration(diagnosis: Diagnosis, circumstances: DoctorCircumstances): Registration {
  const {
    subject,
    verdict,
    canRegister,
    firstBroken,
    advertisedPort,
    usablePort,
    usableAddress,
    otherSite,
    toldAside,
  } = diagnosis;
  const { version, startedAt, durationMs, interrupted, notes = [] } = circumstances;
  return plainTexts({
    format: 1,
    doctor: "registration",
    tool: { name: "portmatrix", version },
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs * 10) / 10,
    ...(interrupted ? { interrupted } : {}),
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
    subject,
    verdict,
    ...(canRegister === undefined ? {} : { canRegister }),
    summary: summarise(diagnosis),
    ...(firstBroken === undefined ? {} : { firstBroken }),
    ...(advertisedPort === undefined ? {} : { advertisedPort }),
    ...(toldAside === undefined ? {} : { toldAside }),
    ...(usablePort === undefined ? {} : { usablePort }),
    ...(usableAddress === undefined ? {} : { usableAddress }),
    ...(otherSite === undefined ? {} : { otherSite }),
    steps: diagnosis.steps.map((step) => ({
      name: step.name,
      state: step.state,
      symptom: step.symptom,
      message: phraseStep(diagnosis, step),
      seen: step.sightings.map((one) => ({ ...one, message: phraseSighting(one) })),
      ...inspectedIn(diagnosis, step),
    })),
    stillWorks: diagnosis.stillWorks.map((code) => ({ code, message: phraseWorks(diagnosis, code) })),
    causes: diagnosis.causes.map((code) => ({ code, message: phraseCause(diagnosis, code) })),
    remedies: diagnosis.remedies.map((code) => ({ code, ...phraseRemedy(diagnosis, code) })),
  } satisfies Registration);
}

/** What the target of a step says of itself; the same for several addresses once. */
function inspectedIn({ subject }: Diagnosis, { name, sightings }: Step): { inspected?: string[] } {
  const host = subject.host ?? "the host";
  const [from, to] = name === "way-back" ? [subject.server, host] : [host, subject.server];
  const sentences = sightings.flatMap(({ address, port, inspection }) =>
    address === undefined || inspection === undefined
      ? []
      : [inspectedSentence({ from, to, address, protocol: "tcp", port }, inspection)],
  );
  return sentences.length === 0 ? {} : { inspected: [...new Set(sentences)] };
}

/** The record as JSON, indented. */
export function renderRegistrationJson(record: Registration): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
