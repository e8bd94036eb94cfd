import type { ServiceSpec } from "../../model/service.ts";
import { here } from "../../sockets/here.ts";
import type { TcpSocket } from "../../sockets/sockets.ts";
import type { InFlight } from "../flight/in-flight.ts";
import { errnoOf } from "../kernel/network-error.ts";
import type { Seen } from "../flight/prober.ts";
import { type Connection, type NotConnected, openConnection } from "../service/conversation/connection.ts";
import { paceOf } from "../service/conversation/pace.ts";
import { unlessNamed } from "../service/conversation/unless-named.ts";
import { isSmallAnswered, smallQuestion } from "../service/conversation/small-question.ts";

const importServices = () => import("../service/services.ts");
let loaded: ReturnType<typeof importServices> | undefined;

/** How long the answer to a short second question may take. */
const longestSmallMs = 2_000;

/**
 * Some services close a connection on which nothing was said for 3 s (docs/notes/probe-safety.md). Where this process was
 * so busy that its own word came later than this after the first packet, a close without a byte may be its own fault.
 */
const ownDelayMs = 1_500;

/** Loads what speaks to services, once: it is large, and many runs ask none. Best before the first connection. */
export const loadServices = (): ReturnType<typeof importServices> => (loaded ??= importServices());

/**
 * Asks the service behind a connection that has just been opened. The port is open whatever the service says; what it
 * said is evidence. The time for it begins anew: the handshake proved that packets come and go. `connectedMs` is how long
 * after the first packet this process saw the connection.
 */
export async function converse(
  flight: InFlight,
  socket: TcpSocket,
  place: { port: number; spec: ServiceSpec; opened: Seen; connectedMs: number },
): Promise<Seen> {
  const { spec, port, opened, connectedMs } = place;
  const { context } = flight;
  const connection = openConnection(socket); // at once, so that nothing that comes in is missed
  const service = (await loadServices()).services[spec.name];
  const endsAtMs = flight.elapsedMs() + Math.max(context.timeoutMs, service.leastPatienceMs ?? 0);
  const leftMs = () => Math.max(0, endsAtMs - flight.elapsedMs());
  const logs = [connection.log];
  const connectAgain = async (otherPort = port) => {
    const again = await reconnect(flight, otherPort, leftMs());
    if (again.kind === "connected") logs.push(again.log);
    return again;
  };
  const asking = { ...context, port, leftMs, connectAgain };
  let said = await service.ask(connection, spec, asking);
  if (said.finding === "closed" && !connection.log.hasReceived() && connectedMs >= ownDelayMs) {
    const again = await connectAgain();
    if (again.kind === "connected") said = await service.ask(again, spec, asking);
  }
  const found = unlessNamed(said, spec, connection.log.sentBytes());
  const pace = paceOf(found, logs, service.slowAfterMs);
  const question = context.careful === true ? undefined : smallQuestion(found, spec.name, connection.log);
  const small = question === undefined ? {} : await askSmall(flight, port, question);
  return {
    outcome: opened.outcome,
    evidence: { ...opened.evidence, service: { name: spec.name, ...found, ...pace, ...small } },
  };
}

async function askSmall(flight: InFlight, port: number, question: string | Uint8Array) {
  const withinMs = Math.min(longestSmallMs, flight.context.timeoutMs);
  const smallAnswered = await isSmallAnswered(question, () => reconnect(flight, port, withinMs), withinMs);
  return smallAnswered === undefined ? {} : { smallAnswered };
}

function reconnect(flight: InFlight, port: number, withinMs: number): Promise<Connection | NotConnected> {
  const { address, family, sockets = here } = flight.context;
  return new Promise((resolve) => {
    const socket = sockets.connect({ address, port, family });
    flight.onEnd(() => socket.destroy());
    const fail = (errno: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ kind: "not-connected", errno });
    };
    const failed = (error: Error) => fail(errnoOf(error));
    const timer = setTimeout(() => fail("ETIMEDOUT"), withinMs);
    const gone = () => fail("ECANCELED"); // the probe ended meanwhile, and its sockets with it
    socket
      .once("error", failed)
      .once("close", gone)
      .once("connect", () => {
        clearTimeout(timer);
        socket.off("error", failed).off("close", gone);
        resolve(openConnection(socket));
      });
  });
}
