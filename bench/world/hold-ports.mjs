// Listens on the given TCP ports of every address and accepts nothing: the kernel alone completes the handshakes, into
// a queue that is long enough for a run. So the far end costs no time of its own and takes none from the prober.
import { once } from "node:events";
import { createServer } from "node:net";

for (const port of process.argv.slice(2).map(Number)) {
  const server = createServer();
  server.listen({ host: "0.0.0.0", port, backlog: 262_144 });
  await once(server, "listening");
}
process.stdout.write("ready\n");
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // the event loop, which would accept, never turns again
