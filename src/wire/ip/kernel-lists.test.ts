import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCounter, readListeners, readLocalAddresses4, readLocalAddresses6 } from "./kernel-lists.ts";

describe("lists of the kernel", () => {
  it("own IPv4 addresses: those of the host, not of its networks", () => {
    const text = `Main:
  +-- 0.0.0.0/0 3 0 5
     +-- 10.213.2.0/24 2 0 2
        +-- 10.213.2.0/28 2 0 2
           |-- 10.213.2.0
              /24 link UNICAST
           |-- 10.213.2.10
              /32 host LOCAL
        |-- 10.213.2.255
           /32 link BROADCAST
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
`;
    expect(readLocalAddresses4(text)).toEqual(["10.213.2.10", "127.0.0.1"]);
  });

  it("own IPv6 addresses", () => {
    const text =
      "fd2100030002000000000000000000 0a\nfd21000300020000000000000000000a 02 40 00 80     eth0\n00000000000000000000000000000001 01 80 10 80       lo\n";
    expect(readLocalAddresses6(text)).toEqual(["fd21:3:2::a", "::1"]);
  });

  it("a counter by its name", () => {
    const text = "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 12 13\nIpExt: InNoRoutes\nIpExt: 4\n";
    expect(readCounter(text, "TcpExt", "ListenOverflows")).toBe(12);
    expect(readCounter(text, "IpExt", "InNoRoutes")).toBe(4);
    expect(readCounter(text, "TcpExt", "Nothing")).toBeUndefined();
    expect(readCounter("", "TcpExt", "ListenOverflows")).toBeUndefined();
  });

  it("listeners with their queues, and what takes no IPv4", () => {
    const text = `LISTEN 2      1      0.0.0.0:7012 0.0.0.0:* ino:1 sk:1 cgroup:/ <->
LISTEN 0      64        [::]:7004    [::]:* ino:2 sk:2 cgroup:/ v6only:1 <->
LISTEN 0      64           *:7005       *:* ino:3 sk:3 cgroup:/ <->
LISTEN 0      64     [fe80::1]%eth0:7006 [::]:* ino:4
LISTEN 0 5 [::ffff:10.0.0.1]:7007 *:*
ESTAB 0 0 10.0.0.1:22 10.0.0.2:1
`;
    expect(readListeners(text)).toEqual([
      { address: "0.0.0.0", port: 7012, waiting: 2, room: 1, isIpv6Only: false },
      { address: "::", port: 7004, waiting: 0, room: 64, isIpv6Only: true },
      { address: "::", port: 7005, waiting: 0, room: 64, isIpv6Only: false },
      { address: "fe80::1", port: 7006, waiting: 0, room: 64, isIpv6Only: false },
      { address: "10.0.0.1", port: 7007, waiting: 0, room: 5, isIpv6Only: false },
    ]);
  });

  it("are read without an error, whatever they are", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readLocalAddresses4(`|-- ${text}\n/32 host LOCAL`);
        readLocalAddresses6(text);
        readCounter(`TcpExt: ${text}\nTcpExt: ${text}`, "TcpExt", text);
        readListeners(`LISTEN 0 1 ${text}:1 *:*`);
      }),
    );
  });
});
