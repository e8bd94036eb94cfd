import type { FragmentFact } from "../../model/run/fragment.ts";
import type { DatagramListener, DatagramSocket, SocketError, Sockets } from "../../sockets/sockets.ts";

type ErrorFact = Extract<FragmentFact, { kind: "error" }>;

/** An error that a script saw, as one of a socket. */
export function recordedError({ errno, afterUs, isAtCall, icmp }: ErrorFact): SocketError {
  const facts =
    icmp === undefined ? {} : { icmp: icmp === "none" ? icmp : { ...icmp, quoted: Buffer.from(icmp.quoted, "hex") } };
  return Object.assign(new Error(`${errno} there`), { code: errno, isAtCall, afterMs: afterUs / 1_000, ...facts });
}

/** Sockets that say again what came back to a script: datagrams, errors of datagrams, and what ping wrote. */
export function recordedSockets(facts: readonly FragmentFact[], nextNumber: (bytes: number) => Uint8Array): Sockets {
  let sent = 0;
  const openDatagram = (_to: unknown, _mode: unknown, listener: DatagramListener): DatagramSocket => {
    let isClosed = false;
    const bring = (step: number) => {
      for (const fact of facts) {
        if (isClosed || !("step" in fact) || fact.step !== step) continue;
        if (fact.kind === "error") listener.onError(recordedError(fact));
        if (fact.kind !== "datagram") continue;
        const { bytes, from, port, afterUs, clockMs = 0, ttl } = fact;
        const measured = { afterMs: afterUs / 1_000, clockMs, ttl };
        listener.onReceived({ bytes: Buffer.from(bytes, "hex"), from, port, measured });
      }
    };
    queueMicrotask(() => void (isClosed || listener.onReady()));
    return {
      send() {
        sent += 1;
        const step = sent;
        queueMicrotask(() => bring(step));
      },
      local: () => ({}),
      close: () => void (isClosed = true),
    };
  };
  const ping = facts.find((fact) => fact.kind === "ping");
  return {
    nextNumber,
    connect: () => {
      throw new Error("a recorded probe opens no connection");
    },
    openDatagram,
    findRoute: () => Promise.resolve({ kind: "routed" }),
    far: {
      isElsewhere: true,
      runPing: () =>
        Promise.resolve(
          ping === undefined
            ? { errno: "UNKNOWN" }
            : { output: Buffer.from(ping.output, "hex").toString("utf8"), exitCode: ping.exitCode },
        ),
      confirmQuiet: () => Promise.resolve(),
    },
  };
}
