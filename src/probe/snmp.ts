import { randomInt } from "node:crypto";
import type { Evidence, SnmpEvidence } from "../model/outcome.ts";
import type { ProbeSpec, SnmpCredentials } from "../model/task.ts";
import { unsent } from "../model/unsent.ts";
import { toHex } from "../wire/bytes.ts";
import { decodeSnmpV3, encodeSnmpDiscovery } from "../wire/snmp-v3.ts";
import { type DatagramSocket, type Received, openDatagram, secondTryDelayMs } from "./datagram.ts";
import { type InFlight, runProbe } from "./in-flight.ts";
import type { Prober, Seen } from "./prober.ts";
import { readError, readVariables } from "./snmp-answer.ts";
import { type GetResult, type NetSnmp, type SnmpSession, findObstacle, netSnmp, startGet } from "./snmp-session.ts";

/** What came back so far, whether or not it answers the GET. */
interface Heard {
  /** The last datagram of an SNMPv3 engine. */
  engine?: { id: string; report?: SnmpEvidence["report"]; from: string; rttMs: number };
  /** The first datagram of the target that belongs to nothing we asked. */
  stray?: { bytes: number; rttMs: number };
}

/**
 * SNMP: one GET of sysDescr.0, sysObjectID.0 and sysUpTime.0 from a connected socket. After silence an unconnected
 * socket, which hears a multihomed agent's other addresses, asks again:
 *
 * - versions 1 and 2c first send the credential-free engine discovery of version 3. If that is answered, from whatever
 *   address, the path is open and the community is not repeated, because a wrong one may raise an alarm (facts/checkmk.md
 *   §14). Only if nothing at all came back, the GET is sent a second and last time.
 * - version 3 is asked again only if nothing at all came back, so a wrong password is tried once and locks nobody out.
 *
 * An engine that answers discovery and nothing else is `open` with `discoveryOnly`; a Report is `open` with its name.
 */
export const probeSnmp: Prober<Extract<ProbeSpec, { kind: "snmp" }>> = async ({ port, credentials }, context) => {
  const obstacle = findObstacle(credentials);
  if (obstacle !== undefined) return unsent("internal", obstacle);
  const snmp = await netSnmp();
  const heard: Heard = {};
  const { version } = credentials;
  return runProbe(
    context,
    (flight) => {
      openExchange(flight, snmp, port, "connected", credentials, heard, (exchange) => exchange.get());
      const delayMs = secondTryDelayMs(context.timeoutMs);
      flight.after(delayMs, () => {
        if (version === "3" && heard.engine !== undefined) return;
        openExchange(flight, snmp, port, "unconnected", credentials, heard, (exchange) => {
          if (version === "3") return exchange.get();
          exchange.discover();
          flight.after((context.timeoutMs - delayMs) / 2, () => {
            if (heard.engine === undefined && heard.stray === undefined) exchange.get();
          });
        });
      });
    },
    (waitedMs) => summarise(heard, context.address, version) ?? silent(waitedMs),
  );
};

const silent = (waitedMs: number): Seen => ({ outcome: { kind: "silent", waitedMs }, evidence: {} });

/** What the deadline finds when the GET was not answered but something else was. */
function summarise({ engine, stray }: Heard, asked: string, version: SnmpEvidence["version"]): Seen | undefined {
  if (engine !== undefined) {
    return {
      outcome: { kind: "open", rttMs: engine.rttMs },
      evidence: {
        ...(engine.from === asked ? {} : { replyFrom: engine.from }),
        snmp: { version, engineId: engine.id, discoveryOnly: true },
      },
    };
  }
  if (stray === undefined) return undefined;
  const evidence = { replyBytes: stray.bytes, replyMatches: false, snmp: { version } };
  return { outcome: { kind: "open", rttMs: stray.rttMs }, evidence };
}

/** One socket's share of the conversation. */
interface Exchange {
  get(): void;
  discover(): void;
}

function openExchange(
  flight: InFlight,
  snmp: NetSnmp,
  port: number,
  mode: "connected" | "unconnected",
  credentials: SnmpCredentials,
  heard: Heard,
  onReady: (exchange: Exchange) => void,
): void {
  const { address, timeoutMs } = flight.context;
  const discoveryId = randomInt(1, 0x7fff_ffff);
  let session: SnmpSession | undefined;
  let sentAtMs = flight.elapsedMs();
  let last: Received | undefined;

  openDatagram(
    flight,
    port,
    mode,
    (carrier) => onReady({ get: () => get(carrier), discover: () => discover(carrier) }),
    receive,
  );

  function get(carrier: DatagramSocket): void {
    if (flight.hasEnded()) return;
    sentAtMs = flight.elapsedMs();
    const started = startGet(snmp, credentials, carrier, timeoutMs, (result) => conclude(result, carrier));
    session = started;
    flight.onEnd(() => started.close());
  }

  function discover(carrier: DatagramSocket): void {
    sentAtMs = flight.elapsedMs();
    carrier.send(encodeSnmpDiscovery(discoveryId));
  }

  function receive(received: Received): void {
    const rttMs = flight.elapsedMs() - sentAtMs;
    last = received;
    const engine = decodeSnmpV3(received.bytes);
    // An unconnected socket hears anybody: without a session of version 3 only our own discovery's id counts.
    const isOurs = received.from === address || credentials.version === "3" || engine?.messageId === discoveryId;
    if (engine !== undefined && isOurs) {
      const report = engine.report === undefined ? {} : { report: engine.report };
      heard.engine = {
        id: toHex(engine.engineId),
        from: received.from,
        rttMs: heard.engine?.rttMs ?? rttMs,
        ...report,
      };
    } else if (received.from === address && received.port === port) {
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
    const engine = credentials.version === "3" ? heard.engine : undefined;
    const evidence: Evidence = {
      localPort: socket.address().port,
      ...(last === undefined ? {} : { replyBytes: last.bytes.length }),
      ...(last === undefined || last.from === address ? {} : { replyFrom: last.from }),
      replyMatches: true,
      ...(engine?.report === undefined ? reading?.evidence : {}),
      snmp: {
        version: credentials.version,
        ...(result.kind === "variables" ? readVariables(snmp, result.variables) : reading?.snmp),
        ...(engine === undefined ? {} : { engineId: engine.id }),
        ...(result.kind === "error" && engine?.report !== undefined ? { report: engine.report } : {}),
      },
    };
    flight.settle({ outcome: { kind: "open", rttMs: flight.elapsedMs() - sentAtMs }, evidence });
  }
}
