import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Behaviour, closesWhenAsked, peer, silent } from "../../../test/cases/service-peer.ts";
import { type TcpServiceName, tcpServiceNameSchema } from "../../model/service.ts";
import { probeTcp } from "./tcp.ts";

const context = (signal: AbortSignal, timeoutMs = 400) =>
  ({ address: "127.0.0.1", family: 4, timeoutMs, signal }) as const;
const ask = (name: TcpServiceName, port: number, signal = new AbortController().signal) =>
  probeTcp({ kind: "tcp", port, service: { name, site: "main" } }, context(signal));

/** A far end that is silent, and for each of its connections when it ended. */
async function listener() {
  const ended: Promise<unknown>[] = [];
  const behaviour: Behaviour = (socket) => {
    socket.resume();
    ended.push(Promise.race([once(socket, "end"), once(socket, "close")]));
  };
  return { ...(await peer(behaviour)), ended };
}

it.each(tcpServiceNameSchema.options)(
  "%s: an abort in the middle ends the conversation and its connections at once",
  async (name) => {
    const far = await listener();
    const abort = new AbortController();
    const asked = ask(name, far.port, abort.signal);
    while (far.connections() === 0) await sleep(5);
    abort.abort();
    const { outcome, evidence } = await asked;
    expect(outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
    expect(evidence.service).toBeUndefined();
    await Promise.all(far.ended);
  },
);

it.each(["http", "agent-receiver", "livestatus"] as const)(
  "%s: the port is open whatever is found, and the connections end with the probe",
  async (name) => {
    const far = await listener();
    const { outcome, evidence } = await ask(name, far.port);
    expect(outcome.kind).toBe("open");
    expect(evidence).toMatchObject({ localAddress: "127.0.0.1", service: { name, finding: expect.any(String) } });
    await Promise.all(far.ended);
  },
);

describe("a service that closes connections on which nothing is said", () => {
  const status = `${JSON.stringify([["status_messages"], [7]])}\n`;
  /** Closes the first connection without reading it, as one that lost its patience. */
  const impatientOnce: Behaviour = (socket, nth) =>
    nth === 1 ? socket.destroy() : socket.once("data", () => socket.end(status));
  const askConsole = (port: number) =>
    probeTcp({ kind: "tcp", port, service: { name: "event-console" } }, context(new AbortController().signal, 3_000));

  it("is asked again where this process was too busy to speak in time", async () => {
    const far = await peer(impatientOnce);
    const asked = askConsole(far.port);
    await new Promise((resolve) => setImmediate(resolve)); // the first packet has left
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_700);
    expect((await asked).evidence.service).toMatchObject({ finding: "verified" });
    expect(far.connections()).toBe(2);
  });

  it("is not where it was asked at once", async () => {
    const far = await peer(impatientOnce);
    expect((await askConsole(far.port)).evidence.service).toMatchObject({ finding: "closed" });
    expect(far.connections()).toBe(1);
  });
});

describe("a second connection", () => {
  /** Accepts one connection, closes it when it is asked, and listens no more. */
  it("that is refused is no error", async () => {
    const far = await peer(closesWhenAsked);
    const { evidence } = await ask("otlp-http", far.port);
    expect(evidence.service).toMatchObject({ finding: "closed", saw: "closed before HTTP answer" });
    expect(far.connections()).toBe(2);
  });

  it("that is cut off by an abort leaves nothing behind", async () => {
    const abort = new AbortController();
    const far = await peer((socket, nth) => (nth === 1 ? closesWhenAsked : silent)(socket, nth));
    const asked = ask("otlp-grpc", far.port, abort.signal);
    while (far.connections() < 2) await sleep(5);
    abort.abort();
    expect((await asked).outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
    await expect.poll(timers).toBeLessThanOrEqual(2); // the far end's own, until the test is over
  });
});
