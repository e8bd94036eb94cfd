import type { ProbeSpec } from "../../model/task.ts";
import { unsent } from "../../model/unsent.ts";
import type { FarSockets } from "../../sockets/sockets.ts";
import { echoThere } from "./far.ts";
import { probeByPing } from "./ping.ts";
import { type EchoSocket, echoSocket } from "./raw.ts";
import { runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Prober, Seen } from "../flight/prober.ts";
import { whyUnrouted } from "../kernel/network-error.ts";
import { findRoute } from "../../sockets/route.ts";

const secondTryMs = 1_000;

/**
 * ICMP echo through a raw socket that all probes share, else through `ping`, else `unsent` with the reason for both. The
 * raw socket sends a second echo request after a second of silence.
 */
export const probeIcmp: Prober<Extract<ProbeSpec, { kind: "icmp" }>> = async (_spec, context) => {
  if (context.sockets?.far !== undefined) return echoIfRouted(context.sockets.far, context);
  const opening = await echoSocket(context.family);
  return opening.kind === "opened" ? echoRaw(opening.socket, context) : echoWithoutRaw(opening.why, context);
};

function echoRaw(socket: EchoSocket, context: ProbeContext): Promise<Seen> {
  return runProbe(
    context,
    (flight) => {
      socket.echo(flight);
      flight.tryAgain(secondTryMs, () => socket.echo(flight));
    },
    (waitedMs, tries, flight) =>
      flight.hasSent()
        ? { outcome: { kind: "silent", waitedMs }, evidence: { method: "raw-socket", ...tries } }
        : unsent("descriptors", "The send buffer was full until the deadline"),
  );
}

/** The same from another machine; a missing route there is no silence. */
async function echoIfRouted(far: FarSockets, context: ProbeContext): Promise<Seen> {
  const { address, family, sockets } = context;
  const route = await sockets?.findRoute(address, family);
  if (route?.kind === "unrouted") return unsent("no-route", whyUnrouted(address, route.errno));
  return echoThere(far, context);
}

/** Asks the routing table first, because every ping words a missing route differently. */
async function echoWithoutRaw(whyNotRaw: string, context: ProbeContext): Promise<Seen> {
  const { address, family } = context;
  const route = await findRoute(address, family);
  if (route.kind === "unrouted") return unsent("no-route", whyUnrouted(address, route.errno));
  return probeByPing(context, whyNotRaw);
}
