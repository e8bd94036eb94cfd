import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPingOutput } from "./ping-output.ts";

const iputilsHead = "PING 10.9.0.2 (10.9.0.2) 56(84) bytes of data.\n";
const iputilsLost =
  "\n--- 10.9.0.2 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n";
const iputilsError = iputilsLost.replace("0 received,", "0 received, +1 errors,");
const busyboxHead = "PING 10.9.0.2 (10.9.0.2): 56 data bytes\n";
const busyboxLost = "\n--- 10.9.0.2 ping statistics ---\n1 packets transmitted, 0 packets received, 100% packet loss\n";

/** Recorded from iputils 20221126 and busybox 1.35 in network namespaces with nftables. */
describe("readPingOutput", () => {
  it.each([
    [
      "iputils reply",
      0,
      `${iputilsHead}64 bytes from 10.9.0.2: icmp_seq=1 ttl=64 time=0.061 ms\n`,
      { kind: "open", rttMs: 0.061, ttl: 64, replyFrom: "10.9.0.2" },
    ],
    [
      "iputils reply over IPv6",
      0,
      "PING fd09::2(fd09::2) 56 data bytes\n64 bytes from fd09::2: icmp_seq=1 ttl=64 time=0.035 ms\n",
      { kind: "open", rttMs: 0.035, ttl: 64, replyFrom: "fd09::2" },
    ],
    [
      "busybox reply",
      0,
      `${busyboxHead}64 bytes from 10.9.0.2: seq=0 ttl=64 time=0.020 ms\n`,
      { kind: "open", rttMs: 0.02, ttl: 64, replyFrom: "10.9.0.2" },
    ],
    [
      "no ARP answer",
      1,
      `${iputilsHead}From 10.9.0.1 icmp_seq=1 Destination Host Unreachable\n${iputilsError}`,
      { kind: "unreachable", reporter: "10.9.0.1", words: "Destination Host Unreachable" },
    ],
    [
      "no neighbour",
      1,
      `${iputilsHead}From fd09::1 icmp_seq=1 Destination unreachable: Address unreachable\n${iputilsError}`,
      { kind: "unreachable", reporter: "fd09::1", words: "Destination unreachable: Address unreachable" },
    ],
    [
      "admin-prohibited",
      1,
      `${iputilsHead}From 10.9.0.2 icmp_seq=1 Packet filtered\n${iputilsError}`,
      { kind: "prohibited", reporter: "10.9.0.2", words: "Packet filtered" },
    ],
    [
      "host-prohibited",
      1,
      `${iputilsHead}From 10.9.0.2 icmp_seq=1 Destination Host Prohibited\n${iputilsError}`,
      { kind: "prohibited", reporter: "10.9.0.2", words: "Destination Host Prohibited" },
    ],
    [
      "admin-prohibited over IPv6",
      1,
      `From fd09::2 icmp_seq=1 Destination unreachable: Administratively prohibited\n${iputilsError}`,
      { kind: "prohibited", reporter: "fd09::2", words: "Destination unreachable: Administratively prohibited" },
    ],
    [
      "policy-fail over IPv6, which iputils has no words for",
      1,
      `From fd09::2 icmp_seq=1 Destination unreachable: Unknown code 5\n${iputilsError}`,
      { kind: "prohibited", reporter: "fd09::2", words: "Destination unreachable: Unknown code 5" },
    ],
    [
      "a code that nobody knows",
      1,
      `From fd09::2 icmp_seq=1 Destination unreachable: Unknown code 9\n${iputilsError}`,
      { kind: "unreachable", reporter: "fd09::2", words: "Destination unreachable: Unknown code 9" },
    ],
    [
      "iputils, an answer and an error on a link",
      0,
      "64 bytes from fe80::5%eth0: icmp_seq=1 ttl=64 time=0.051 ms\n",
      { kind: "open", rttMs: 0.051, ttl: 64, replyFrom: "fe80::5%eth0" },
    ],
    [
      "an error on a link",
      1,
      `From fe80::1%eth0 icmp_seq=1 Destination unreachable: Address unreachable\n${iputilsError}`,
      { kind: "unreachable", reporter: "fe80::1%eth0", words: "Destination unreachable: Address unreachable" },
    ],
    [
      "a link-local address without its interface",
      2,
      "ping: connect: Invalid argument\n",
      { kind: "unsent", cause: "no-route", words: "ping: connect: Invalid argument" },
    ],
    ["iputils silence", 1, iputilsHead + iputilsLost, { kind: "silent" }],
    ["busybox silence", 1, busyboxHead + busyboxLost, { kind: "silent" }],
    [
      "iputils without a route",
      2,
      "ping: connect: Network is unreachable\n",
      { kind: "unsent", cause: "no-route", words: "ping: connect: Network is unreachable" },
    ],
    [
      "busybox without a route",
      1,
      `${busyboxHead}ping: sendto: Network is unreachable\n`,
      { kind: "unsent", cause: "no-route", words: "ping: sendto: Network is unreachable" },
    ],
    [
      "a local firewall",
      1,
      `${busyboxHead}ping: sendto: Operation not permitted\n`,
      { kind: "unsent", cause: "local-firewall", words: "ping: sendto: Operation not permitted" },
    ],
    [
      "iputils without privilege",
      2,
      "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\nping: => missing cap_net_raw+p capability or setuid?\n",
      { kind: "unsent", cause: "privilege", words: "ping: socket: Operation not permitted" },
    ],
    [
      "busybox without privilege",
      1,
      `${busyboxHead}ping: permission denied (are you root?)\n`,
      { kind: "unsent", cause: "privilege", words: "ping: permission denied (are you root?)" },
    ],
    ["something else", 2, "ping: usage\n", { kind: "unsent", cause: "internal", words: "ping: usage" }],
    ["killed", null, iputilsHead, { kind: "unsent", cause: "internal", words: iputilsHead.trim() }],
  ])("%s", (_name, exitCode, output, expected) => {
    expect(readPingOutput(output, exitCode)).toEqual(expected);
  });

  it("never throws and never reports an answer that was not printed", () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.integer({ min: 0, max: 255 })), (output, exitCode) => {
        expect(readPingOutput(output, exitCode).kind).not.toBe("open");
      }),
    );
  });
});
