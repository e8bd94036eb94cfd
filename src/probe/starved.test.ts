import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { probeUdp } from "./udp/udp.ts";

/** Answers DNS queries as they are, marked as responses, while this thread stands still; counts them in `answered`. */
const responder = `
const { parentPort, workerData } = require("node:worker_threads");
const socket = require("node:dgram").createSocket("udp4", (query, { port, address }) => {
  query[2] |= 0x80;
  socket.send(query, port, address, () => {
    Atomics.add(workerData, 0, 1);
    Atomics.notify(workerData, 0);
  });
});
socket.bind(0, "127.0.0.1", () => parentPort.postMessage(socket.address().port));`;

it("an answer that came in time counts, though this process was stopped until after the deadline", async () => {
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(responder, { eval: true, workerData: answered });
  try {
    const [port] = (await once(worker, "message")) as [number];
    const { signal } = new AbortController();
    const context = { address: "127.0.0.1", family: 4, timeoutMs: 2_000, signal } as const;
    const started = performance.now();
    const probing = probeUdp({ kind: "udp", port, payload: "dns" }, context);
    for (let turns = 0; turns < 5; turns += 1) await turn(); // the query leaves
    Atomics.wait(answered, 0, 0);
    Atomics.wait(answered, 0, 1, 2_010 - (performance.now() - started));
    expect((await probing).outcome.kind).toBe("open");
  } finally {
    await worker.terminate();
  }
});
