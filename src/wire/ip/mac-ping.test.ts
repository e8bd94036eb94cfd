import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMacPing } from "./mac-ping.ts";

const head = "PING 10.9.0.2 (10.9.0.2): 56 data bytes\n";
const lost = "\n--- 10.9.0.2 ping statistics ---\n1 packets transmitted, 0 packets received, 100.0% packet loss\n";
const dump =
  "Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst\n 4  5  00 5400 8d5e   0 0000  40  01 d5a1 10.9.0.1  10.9.0.2 \n\n";

/** What macOS prints; docs/notes/other-systems.md says what was recorded and what was written from memory. */
describe("readMacPing", () => {
  it.each<[string, number | null, string, object]>([
    [
      "a reply",
      0,
      `${head}64 bytes from 10.9.0.2: icmp_seq=0 ttl=64 time=3.123 ms\n`,
      { kind: "open", rttMs: 3.123, ttl: 64, replyFrom: "10.9.0.2" },
    ],
    [
      "a reply over IPv6",
      0,
      "PING6(56=40+8+8 bytes) ::1 --> ::1\n16 bytes from ::1, icmp_seq=0 hlim=64 time=0.059 ms\n",
      { kind: "open", rttMs: 0.059, ttl: 64, replyFrom: "::1" },
    ],
    ["silence", 2, `${head}${lost}`, { kind: "silent" }],
    ["silence, told twice", 2, `${head}Request timeout for icmp_seq 0\n${lost}`, { kind: "silent" }],
    [
      "a router without a way",
      2,
      `${head}92 bytes from 10.9.0.1: Destination Host Unreachable\n${dump}${lost}`,
      { kind: "unreachable", reporter: "10.9.0.1", words: "Destination Host Unreachable" },
    ],
    [
      "a filter",
      2,
      `${head}92 bytes from 10.9.0.1: Communication prohibited by filter\n${dump}${lost}`,
      { kind: "prohibited", reporter: "10.9.0.1", words: "Communication prohibited by filter" },
    ],
    [
      "a neighbour that is off",
      2,
      `${head}ping: sendto: Host is down\n${lost}`,
      { kind: "unreachable", words: "Host is down" },
    ],
    [
      "no route",
      2,
      `${head}ping: sendto: No route to host\n${lost}`,
      { kind: "unsent", cause: "no-route", words: "ping: sendto: No route to host" },
    ],
    [
      "wrong use",
      64,
      "usage: ping [-AaDdfnoQqRrv]\n",
      { kind: "unsent", cause: "internal", words: "usage: ping [-AaDdfnoQqRrv]" },
    ],
  ])("%s", (_name, exitCode, output, expected) => {
    expect(readMacPing(output, exitCode)).toEqual(expected);
  });

  it.each<[string, number, string, object]>([
    [
      "a reply",
      0,
      "PING cnn.com (151.101.1.67): 56 data bytes\n64 bytes from 151.101.1.67: icmp_seq=0 ttl=59 time=28.042 ms\n\n--- cnn.com ping statistics ---\n3 packets transmitted, 3 packets received, 0.0% packet loss\nround-trip min/avg/max/stddev = 28.042/34.670/41.182/5.365 ms\n",
      { kind: "open", rttMs: 28.042, ttl: 59, replyFrom: "151.101.1.67" },
    ],
    [
      "a reply over IPv6",
      0,
      "PING6(56=40+8+8 bytes) 2600:1700:bab0:d40:2595:8c97:ad16:749a --> 2a04:4e42:200::323\n16 bytes from 2a04:4e42:200::323, icmp_seq=0 hlim=59 time=27.684 ms\n\n--- cnn.com ping6 statistics ---\n3 packets transmitted, 3 packets received, 0.0% packet loss\nround-trip min/avg/max/std-dev = 27.684/29.836/31.824/1.694 ms\n",
      { kind: "open", rttMs: 27.684, ttl: 59, replyFrom: "2a04:4e42:200::323" },
    ],
    [
      "an address that is off, told by the name of who says so",
      2,
      "PING 192.168.1.220 (192.168.1.220): 56 data bytes\nRequest timeout for icmp_seq 0\n92 bytes from fgt1.attlocal.net (192.168.1.220): Destination Host Unreachable\nVr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst\n 4  5  00 5400 567b   0 0000  3f  01 a024 192.168.1.221  192.168.1.220 \n\n\n--- 192.168.1.220 ping statistics ---\n8 packets transmitted, 0 packets received, 100.0% packet loss\n",
      { kind: "unreachable", reporter: "192.168.1.220", words: "Destination Host Unreachable" },
    ],
  ])("as somebody recorded it on macOS 10.14: %s", (_name, exitCode, output, expected) => {
    expect(readMacPing(output, exitCode)).toEqual(expected);
  });

  it("never throws and never reports an answer that was not printed", () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.integer({ min: 0, max: 255 })), (output, exitCode) => {
        expect(["open", "silent"]).not.toContain(readMacPing(output, exitCode).kind);
      }),
    );
  });
});
