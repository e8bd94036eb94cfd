import type { Step } from "../../model/registration/doctor.ts";
import type { CertificateFacts } from "../../model/service-evidence.ts";
import { daysOf } from "../text/certificate-days.ts";

/** The first certificate that a step saw, as a list of one; empty where it saw none. */
const shownIn = ({ sightings }: Step): CertificateFacts[] =>
  sightings.flatMap(({ evidence }) => evidence.service?.certificate ?? []).slice(0, 1);

/** ` Its certificate is signed by "…".`, or empty. */
export const issuerOf = (step: Step): string =>
  shownIn(step)
    .map(({ issuer }) => ` Its certificate is signed by "${issuer}".`)
    .join("");

/** `: only from 2020-01-01 to 2021-01-01`, or empty. */
export const datesOf = (step: Step): string =>
  shownIn(step)
    .map((one) => `: only ${daysOf(one)}`)
    .join("");
