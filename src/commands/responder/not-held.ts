import { isLoopback } from "../../model/address/loopback.ts";
import type { ResponderPlace } from "../../model/run/responder.ts";
import type { NotHeld } from "../../model/run/run.ts";

/**
 * Which ports a responder does not hold although nobody has them, in the order of their numbers. A loopback address that
 * the machine lacks is no news: machines without IPv6 have no `::1`.
 */
export function notHeldAmong(places: readonly ResponderPlace[]): NotHeld[] {
  const found = new Map<string, NotHeld>();
  for (const place of places.toSorted((a, b) => a.port - b.port)) {
    const why = whyOf(place);
    if (why === undefined || (why === "address-not-there" && isLoopback(place.asked))) continue;
    const errno = why === "failed" && place.errno !== undefined ? { errno: place.errno } : {};
    const [key, port] = [`${why} ${place.asked} ${errno.errno ?? ""}`, `${place.port}/${place.protocol}`];
    const known = found.get(key);
    if (known === undefined) found.set(key, { why, address: place.asked, ports: [port], ...errno });
    else if (!known.ports.includes(port)) known.ports.push(port);
  }
  return [...found.values()];
}

function whyOf({ state, errno }: ResponderPlace): NotHeld["why"] | undefined {
  switch (state) {
    case "not-here":
      return "address-not-there";
    case "not-allowed":
      return "not-allowed";
    case "failed":
      return errno === "ENOTFOUND" ? "name-unknown" : "failed";
    default:
      return undefined;
  }
}
