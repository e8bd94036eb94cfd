// Listens where it is told and answers as plainly as possible; runs inside a node of the lab.
// Argument: JSON list of { protocol: "tcp" | "udp", address, port, mute?, says?, reply? }. Prints "listening" when all are bound.
// TCP: accepts, says what it is told to, and closes when the peer does. UDP: sends back what it got; `mute` takes it and says nothing,
// `reply: "dns"` makes a response of it (RFC 1035 section 4.1.1).
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const places = JSON.parse(process.argv[2] ?? "[]");
await Promise.all(
  places.map(async ({ protocol, address, port, mute, says, reply }) => {
    if (protocol === "tcp") {
      const server = createServer({ allowHalfOpen: false }, (socket) => {
        socket.on("error", () => undefined);
        socket.resume();
        if (says !== undefined) socket.write(says);
      });
      server.listen({ host: address, port, backlog: 4096 });
      return once(server, "listening");
    }
    const socket = createSocket({
      type: address.includes(":") ? "udp6" : "udp4",
      recvBufferSize: 4_194_304,
      ipv6Only: address.includes(":") && address !== "::",
    });
    socket.on("message", (message, { address, port }) => {
      if (reply === "dns") message[2] |= 0x80;
      if (!mute) socket.send(message, port, address);
    });
    socket.bind(port, address);
    return once(socket, "listening");
  }),
);
process.stdout.write("listening\n");
