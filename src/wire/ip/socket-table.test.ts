import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSocketTable } from "./socket-table.ts";

const text = `tables le
tcp    0: 0100007F:1A0A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2917 1 0000000000000000 100 0 0 10 0
tcp    1: 0500000A:1A0A 0701000A:D431 03 00000000:00000000 01:00000064 00000000     0        0 0 1 0000000000000000
tcp6   2: B80D0120000000000000000005000000:1F40 B80D0120000000000000000007000000:D432 01 00000000:00000000 00:00000000 00000000  1000 0 4711 1 0
udp   10: 00000000:00A1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3141 2 0000000000000000 0
tracked ipv4     2 udp      17 26 src=10.0.1.7 dst=10.0.0.5 sport=54321 dport=514 [UNREPLIED] src=10.0.0.5 dst=10.0.1.7 sport=514 dport=54321 mark=0 use=2
name 3141 snmpd
`;

describe("readSocketTable", () => {
  it("reads what the kernel says of listeners, handshakes, connections and tracked datagrams", () => {
    const { isReadable, entries, names } = readSocketTable(text);
    expect(isReadable).toBe(true);
    expect(
      entries.map(
        ({ protocol, state, local, localPort, remote, remotePort }) =>
          `${protocol} ${state} ${local} ${localPort} ${remote} ${remotePort}`,
      ),
    ).toEqual([
      "tcp listening 127.0.0.1 6666 0.0.0.0 0",
      "tcp handshake 10.0.0.5 6666 10.0.1.7 54321",
      "tcp connection 2001:db8::5 8000 2001:db8::7 54322",
      "udp listening 0.0.0.0 161 0.0.0.0 0",
      "udp tracked 10.0.0.5 514 10.0.1.7 54321",
    ]);
    expect([...names]).toEqual([[3141, ["snmpd"]]]);
  });

  it("reads the words of a machine with the other byte order", () => {
    const line =
      "tcp 1: 0A000005:1A0A 0A000107:D431 03 00000000:00000000 01:00000064 00000000 0 0 0 1 0000000000000000";
    expect(readSocketTable(`tables be\n${line}`).entries[0]).toMatchObject({ local: "10.0.0.5", remote: "10.0.1.7" });
  });

  it("says that it was not readable where there is none, and takes nothing from foreign text", () => {
    expect(readSocketTable("")).toMatchObject({ isReadable: false, entries: [] });
    fc.assert(
      fc.property(fc.string(), (some) => {
        expect(readSocketTable(some).entries).toEqual([]);
      }),
    );
    const words = fc.constantFrom(...text.split(/\s/));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (some) => {
        for (const entry of readSocketTable(some.join(" ")).entries) expect(entry.localPort).toBeLessThan(65_536);
      }),
    );
  });
});
