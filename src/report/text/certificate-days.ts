import type { CertificateFacts } from "../../model/service-evidence.ts";

/** `from 2020-01-01 to 2021-01-01`: the days on which a certificate is valid, in UTC. */
export const daysOf = ({ validFrom = "", validTo = "" }: Partial<CertificateFacts>): string =>
  `from ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`;
