// An agent controller's first two bytes for everybody who connects to one of the given TCP ports of every address.
import { once } from "node:events";
import { createServer } from "node:net";

for (const port of process.argv.slice(2).map(Number)) {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.resume();
    socket.write("16");
  });
  server.listen({ host: "0.0.0.0", port, backlog: 262_144 });
  await once(server, "listening");
}
process.stdout.write("ready\n");
