import type { Sighting, Step } from "../../model/registration/doctor.ts";
import { answersAs, isGoodAnswer, withFamily } from "../text/answers-as.ts";
import { groupBy } from "../text/group-by.ts";
import { listed } from "../text/wording.ts";

/**
 * ` On 8000 IPv4 10.0.0.5 accepts connections, IPv6 fd00::5 does not.`: for each port of a step of which some addresses
 * answer and others do not; else empty. A step must not be told as if all its addresses were alike.
 */
export function contrastOf({ sightings }: Step): string {
  const ports = groupBy(
    sightings.filter(({ url }) => url === undefined),
    ({ port }) => `${port}`,
  );
  return [...ports.values()].map(contrastAt).join("");
}

function contrastAt(seen: readonly Sighting[]): string {
  const asked = seen.filter(({ address, outcome }) => address !== undefined && outcome.kind !== "unsent");
  const good = asked.filter(isGoodAnswer);
  const addresses = (some: readonly Sighting[]) => [...new Set(some.map(({ address = "" }) => address))];
  const works = addresses(good);
  const fails = addresses(asked).filter((address) => !works.includes(address));
  const [first] = good;
  if (first === undefined || fails.length === 0) return "";
  const words = answersAs(first, { protocol: "tcp", port: first.port });
  const verb = works.length === 1 ? words : words.replace(/^(answer|accept)s\b/, "$1");
  const not = fails.length === 1 ? "does not" : "do not";
  return ` On ${first.port} ${listed(works.map(withFamily))} ${verb}, ${listed(fails.map(withFamily))} ${not}.`;
}
