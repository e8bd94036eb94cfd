import { randomInt } from "node:crypto";
import { decodeDnsReply, encodeDnsQuery } from "../../../wire/dns.ts";
import { printable } from "../../../model/text/printable.ts";
import { foundInstead } from "../conversation/found-instead.ts";
import type { ServiceProber } from "../conversation/service-prober.ts";
import { sawCharacters } from "../conversation/tls-evidence.ts";

const lengthBytes = 2;
const mostAnswerBytes = lengthBytes + 65_535;

/**
 * A name server over TCP: the question of the UDP probe with its length in front (RFC 1035 §4.2.2). Any response with
 * our id will do, REFUSED and NXDOMAIN too.
 */
export const askDns: ServiceProber = async (connection, _spec, context) => {
  const id = randomInt(0x1_0000);
  const query = encodeDnsQuery(id);
  connection.write(Buffer.concat([Uint8Array.of(query.length >> 8, query.length & 255), query]));
  const isEnough = (bytes: Buffer) =>
    bytes.length >= lengthBytes && bytes.length >= lengthBytes + bytes.readUInt16BE(0);
  const received = await connection.read({ isEnough, mostBytes: mostAnswerBytes, withinMs: context.leftMs() });
  const { bytes } = received;
  const reply = received.ending === "enough" ? decodeDnsReply(bytes.subarray(lengthBytes)) : undefined;
  if (reply === undefined && bytes.length > 4 && bytes.readUInt16BE(lengthBytes) === id) {
    return { finding: "other-answer", saw: "a DNS answer that broke off" };
  }
  if (reply === undefined) return foundInstead(received, "answer to the query");
  const said = `DNS ${printable(reply.rcode, sawCharacters - 40)}`;
  if (reply.id !== id) return { finding: "other-answer", saw: `${said}, but to another question` };
  return { finding: "verified", saw: said };
};
