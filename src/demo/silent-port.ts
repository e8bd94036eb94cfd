import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { claimPort, type Service } from "./service.ts";

/** Runs in a thread of its own: listens with the shortest queue there is, then stops, so that nothing is accepted. */
const listenAndFreeze = `
  import { createServer } from "node:net";
  import { parentPort, workerData } from "node:worker_threads";
  const server = createServer((socket) => socket.destroy());
  server.once("error", ({ code }) => parentPort.postMessage(code));
  server.listen({ host: workerData.address, port: workerData.port, backlog: 1, exclusive: true }, () => {
    parentPort.postMessage("listening");
    Atomics.wait(workerData.gate, 0, 0);
    server.close();
  });
`;

/** More connections than the queue of any system holds that was told to hold one. */
const mostFillers = 64;
const fullAfterMs = 300;

/**
 * A TCP port that answers no SYN, without a firewall and without root: a listener whose queue of accepted connections
 * is full. Linux and the BSDs drop further SYNs then (Linux: tcp_conn_request, `LISTENOVERFLOWS`); Windows resets them.
 */
export async function openSilentPort(address: string, wanted: number): Promise<Service> {
  return claimPort(wanted, async (port) => {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(listenAndFreeze)}`), {
      workerData: { address, port, gate },
    });
    const exited = once(worker, "exit");
    const fillers: Socket[] = [];
    const close = async (): Promise<void> => {
      for (const filler of fillers) filler.destroy();
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
      await exited;
    };
    try {
      const [message] = (await once(worker, "message")) as [string];
      if (message !== "listening") throw Object.assign(new Error(`cannot listen: ${message}`), { code: message });
      await fill(address, port, fillers);
    } catch (error) {
      await close();
      throw error;
    }
    return { port, close };
  });
}

/** Connects until two connections in a row are not answered: one alone may be a busy moment of this machine. */
async function fill(host: string, port: number, fillers: Socket[]): Promise<void> {
  for (let unanswered = 0; fillers.length < mostFillers;) {
    const filler = createConnection({ host, port });
    fillers.push(filler);
    // Stays for the socket's life: closing the lab resets the connections that nobody accepted.
    filler.on("error", () => filler.destroy());
    unanswered = (await connects(filler)) ? 0 : unanswered + 1;
    if (unanswered === 2) return;
  }
  throw new Error(`cannot make ${host} port ${port} silent: it took ${mostFillers} connections`);
}

async function connects(socket: Socket): Promise<boolean> {
  const settled = new AbortController();
  for (const event of ["connect", "close"]) socket.once(event, () => settled.abort());
  // Rejects with AbortError when the connection is settled before the time is over.
  await sleep(fullAfterMs, undefined, { signal: settled.signal }).catch((error: Error) => {
    if (error.name !== "AbortError") throw error;
  });
  await nextTurn();
  if (!socket.connecting && !socket.destroyed) return true;
  socket.destroy();
  return false;
}
