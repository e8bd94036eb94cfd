import type { Evidence } from "../../model/outcome.ts";
import { unsent } from "../../model/unsent.ts";
import { decodeSnmpV3 } from "../../wire/snmp/v3.ts";
import { type DatagramSocket, type Received, openDatagram, secondTryDelayMs } from "../udp/datagram.ts";
import { type InFlight, type Tries, runProbe } from "../flight/in-flight.ts";
import type { ProbeContext, Seen } from "../flight/prober.ts";
import { readError, readVariables } from "./answer.ts";
import { type Heard, noteEngine, summarise } from "./heard.ts";
import {
  type GetResult,
  type NetSnmp,
  type SnmpSession,
  type UserCredentials,
  findObstacle,
  netSnmp,
  startGet,
} from "./session.ts";

/**
 * SNMP version 3: one GET from a connected socket, and after silence from an unconnected one. It is asked again only if
 * nothing at all came back, so a wrong password is tried once and locks nobody out.
 */
export async function askAsUser(port: number, credentials: UserCredentials, context: ProbeContext): Promise<Seen> {
  const obstacle = findObstacle(credentials);
  if (obstacle !== undefined) return unsent("internal", obstacle);
  const snmp = await netSnmp();
  const heard: Heard = {};
  return runProbe(
    context,
    (flight) => {
      ask(flight, snmp, port, "connected", credentials, heard);
      flight.after(secondTryDelayMs(context.timeoutMs), () => {
        if (heard.engine === undefined) ask(flight, snmp, port, "unconnected", credentials, heard);
      });
    },
    (waitedMs, tries) => summarise(heard, context.address, "3", waitedMs, tries),
  );
}

function ask(
  flight: InFlight,
  snmp: NetSnmp,
  port: number,
  mode: "connected" | "unconnected",
  credentials: UserCredentials,
  heard: Heard,
): void {
  const { address, timeoutMs } = flight.context;
  let session: SnmpSession | undefined;
  let sentAtMs = flight.elapsedMs();
  let last: Received | undefined;
  let again: Tries | undefined; // that of the first datagram, whatever follows

  openDatagram(flight, port, mode, get, receive);

  function get(carrier: DatagramSocket): void {
    if (flight.hasEnded()) return;
    sentAtMs = flight.elapsedMs();
    const send = (bytes: Uint8Array) => {
      const current = carrier.send(bytes);
      again ??= current;
      return current;
    };
    const started = startGet(snmp, credentials, { ...carrier, send }, timeoutMs, (result) => conclude(result, carrier));
    session = started;
    flight.onEnd(() => started.close());
  }

  function receive(received: Received): void {
    const rttMs = flight.elapsedMs() - sentAtMs;
    last = received;
    const message = decodeSnmpV3(received.bytes);
    if (message !== undefined) noteEngine(heard, message, received, rttMs);
    else if (received.from === address && received.port === port) {
      heard.stray ??= { bytes: received.bytes.length, rttMs };
    }
    session?.receive(received);
  }

  function conclude(result: GetResult, { socket }: DatagramSocket): void {
    const reading = result.kind === "variables" ? undefined : readError(snmp, result);
    if (reading?.kind === "none") return;
    if (reading?.kind === "failure") {
      flight.settle(unsent("internal", reading.detail));
      return;
    }
    const { engine } = heard;
    const evidence: Evidence = {
      localPort: socket.address().port,
      ...(last === undefined ? {} : { replyBytes: last.bytes.length }),
      ...(last === undefined || last.from === address ? {} : { replyFrom: last.from }),
      replyMatches: true,
      ...(engine?.report === undefined ? reading?.evidence : {}),
      ...again,
      snmp: {
        version: "3",
        ...(result.kind === "variables" ? readVariables(result.variables) : reading?.snmp),
        ...(engine === undefined ? {} : { engineId: engine.id }),
        ...(result.kind === "error" && engine?.report !== undefined ? { report: engine.report } : {}),
      },
    };
    flight.settle({ outcome: { kind: "open", rttMs: flight.elapsedMs() - sentAtMs }, evidence });
  }
}
