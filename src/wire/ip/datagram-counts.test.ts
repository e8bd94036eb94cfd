import * as fc from "fast-check";
import { expect, it } from "vitest";
import { readDatagramCounts } from "./datagram-counts.ts";

const header =
  "snmp Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti";
const table = `tables le
${header}
snmp Udp: 100 20 3 999 2 0 0 0
snmp6 Udp6InDatagrams                 \t40
snmp6 Udp6NoPorts                     \t5
snmp6 Udp6InErrors                    \t6
udp   10: 00000000:0202 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 3141 2 0000000000000000 0
udp6  11: 00000000000000000000000000000000:0202 00000000000000000000000000000000:0000 07 00000000:00000010 00:00000000 00000000     0        0 3142 2 0000000000000000 0
udp   12: 00000000:00A1 00000000:0000 07 00000000:0000FFFF 00:00000000 00000000     0        0 3143 2 0000000000000000 0`;

it("counts what came to a socket, to none, or to a full one, of both families, and what waits at the port alone", () => {
  expect(readDatagramCounts(table, 514)).toEqual({ datagrams: 174, queuedBytes: 0x310 });
});

it("says nothing where the counts are not told, as by a worker of an earlier version", () => {
  expect(readDatagramCounts(table.replaceAll(/^snmp .*$/gm, ""), 514)).toBeUndefined();
  expect(readDatagramCounts(table.replace("NoPorts InErrors", "NoPorts SomeErrors"), 514)).toBeUndefined();
  expect(readDatagramCounts(table.replace("100 20 3", "100 minus 3"), 514)).toBeUndefined();
});

it("takes no harm from foreign text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.string()), (text, words) => {
      const read = readDatagramCounts(`${header}\nsnmp Udp: ${words.join(" ")}\n${text}`, 514);
      expect(read === undefined || Number.isSafeInteger(read.datagrams)).toBe(true);
    }),
  );
});
