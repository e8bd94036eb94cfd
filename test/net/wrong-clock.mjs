// A time server on UDP whose clock is wrong, or that sends a kiss code. Prints "listening" when it is bound.
// Arguments: port, seconds that its clock is ahead, and optionally the kiss code.
import { createSocket } from "node:dgram";

const [port, ahead, kiss] = process.argv.slice(2);
const epochSeconds = 2_208_988_800; // from 1900, where NTP begins, to 1970

const socket = createSocket("udp6"); // both families
socket.on("message", (request, { address, port }) => {
  const reply = Buffer.alloc(48);
  reply.set([kiss === undefined ? 0x24 : 0xe4, kiss === undefined ? 3 : 0]); // version 4, server
  reply.write(kiss ?? "LOCL", 12, "latin1");
  request.copy(reply, 24, 40, 48); // our transmit timestamp comes back as origin
  const now = Date.now() / 1_000 + epochSeconds + Number(ahead);
  for (const at of [32, 40]) {
    reply.writeUInt32BE(Math.floor(now) % 2 ** 32, at);
    reply.writeUInt32BE(Math.floor((now % 1) * 2 ** 32), at + 4);
  }
  socket.send(reply, port, address);
});
socket.bind(Number(port), "::", () => process.stdout.write("listening\n"));
