import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressSchema, parseAddress, whyNoAddress } from "./address.ts";
import { isSameButZone, readIpLiteral } from "./ip-literal.ts";

describe("parseAddress", () => {
  it.each([
    ["10.0.0.5", "10.0.0.5", 4],
    ["::ffff:10.0.0.5", "10.0.0.5", 4],
    ["::FFFF:a00:5", "10.0.0.5", 4],
    ["0:0:0:0:0:ffff:10.0.0.5", "10.0.0.5", 4],
    ["2001:DB8::0:1", "2001:db8::1", 6],
    ["fe80::0005%eth0", "fe80::5%eth0", 6],
    ["FE80::5%eth0.12", "fe80::5%eth0.12", 6],
    ["fe80::5%3", "fe80::5%3", 6],
    ["169.254.1.1", "169.254.1.1", 4],
    ["127.0.0.1", "127.0.0.1", 4],
    ["0.20.199.255", "0.20.199.255", 4],
    ["240.0.0.1", "240.0.0.1", 4],
  ])("%s is %s", (text, canonical, family) => {
    expect(parseAddress(text)).toEqual({ kind: "ip", family, text: canonical });
    expect(addressSchema.parse(text)).toBe(canonical);
  });

  it.each([
    ["fe80::5", '"fe80::5" is link-local: write it with the interface of the machine that sends, e.g. fe80::5%eth0'],
    ["febf::5", '"febf::5" is link-local: write it with the interface of the machine that sends, e.g. febf::5%eth0'],
    ["2001:db8::1%eth0", '"2001:db8::1%eth0": only link-local addresses (fe80::/10) have a zone; write 2001:db8::1'],
    ["::1%lo", '"::1%lo": only link-local addresses (fe80::/10) have a zone; write ::1'],
    [
      "fe80::5%br_lan",
      '"fe80::5%br_lan": write the number of the interface instead of its name (ip link shows it), e.g. fe80::5%2',
    ],
    ["10.0.2.1/24", '"10.0.2.1/24" is not the address of a host: for one host write 10.0.2.1'],
    ["fe80::5%", '"fe80::5%" is neither an IPv4 or IPv6 address nor a DNS name'],
    ["fe80::5%a%b", '"fe80::5%a%b" is neither an IPv4 or IPv6 address nor a DNS name'],
    ["10.0.0.5%eth0", '"10.0.0.5%eth0" is neither an IPv4 or IPv6 address nor a DNS name'],
    ["::ffff:10.0.0.5%eth0", '"::ffff:10.0.0.5%eth0" is neither an IPv4 or IPv6 address nor a DNS name'],
    ["0.0.0.0", '"0.0.0.0" is not the address of a host; for this machine itself write 127.0.0.1'],
    ["::", '"::" is not the address of a host; for this machine itself write 127.0.0.1'],
    ["::ffff:0.0.0.0", '"::ffff:0.0.0.0" is not the address of a host; for this machine itself write 127.0.0.1'],
    ["224.0.0.1", '"224.0.0.1" is a multicast or broadcast address and of no host'],
    ["255.255.255.255", '"255.255.255.255" is a multicast or broadcast address and of no host'],
    ["ff02::1", '"ff02::1" is a multicast or broadcast address and of no host'],
    ["10.0.0.300", '"10.0.0.300" is no IPv4 address: its numbers end at 255'],
    ["10.0.00.5", '"10.0.00.5" is no IPv4 address: leave out the zeros that its numbers begin with'],
    ["\u201C10.0.0.5\u201D", '"\u201C10.0.0.5\u201D" has quotes in it; write 10.0.0.5 alone'],
    ["[2001:db8::5]", '"[2001:db8::5]" has brackets in it; write 2001:db8::5 alone'],
    ["10.0.0.5, 10.0.0.6", '"10.0.0.5, 10.0.0.6" is more than one address; write [10.0.0.5, 10.0.0.6]'],
    [
      "10.0.0.5-20",
      '"10.0.0.5-20" is a range of addresses; write it as "10.0.0.[5-20]", with a range in the name, too',
    ],
    [
      "10.0.0.5-10.0.0.20",
      '"10.0.0.5-10.0.0.20" is a range of addresses; write it as "10.0.0.[5-20]", with a range in the name, too',
    ],
    ["web 01", '"web 01" is neither an IPv4 or IPv6 address nor a DNS name'],
    ["web01, web02", '"web01, web02" is neither an IPv4 or IPv6 address nor a DNS name'],
    ["10.1", '"10.1" is neither an IPv4 or IPv6 address nor a DNS name'],
  ])("%s is refused", (text, why) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(whyNoAddress(text)).toBe(why);
    expect(addressSchema.safeParse(text).error?.issues[0]?.message).toBe(why);
  });

  it.each(["10-0-0-5.example.com", "10.0.0.5-20.example.com", "web-5-20", "5-20", "1.2.3.a-b"])(
    "%s is a name, not a range",
    (text) => expect(parseAddress(text)).toEqual({ kind: "name", text }),
  );

  it("reads its own canonical form again, and never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.string(),
          fc.ipV6().map((ip) => `${ip}%eth0`),
        ),
        (text) => {
          const address = parseAddress(text);
          expect(typeof whyNoAddress(text)).toBe("string");
          if (address !== undefined) expect(parseAddress(address.text)).toEqual(address);
        },
      ),
    );
  });
});

it.each([
  ["127.0.0.1", "loopback"],
  ["127.0.1.1", "loopback"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["0.0.0.0", "unspecified"],
  ["::", "unspecified"],
  ["224.0.0.1", "multicast"],
  ["255.255.255.255", "multicast"],
  ["ff02::1", "multicast"],
  ["fe80::1%eth0", "link-local"],
  ["169.254.1.1", "host"],
  ["10.0.0.5", "host"],
  ["2001:db8::1", "host"],
])("%s is %s", (text, kind) => expect(readIpLiteral(text)?.kind).toBe(kind));

it.each([
  ["fe80::5%2", "fe80::5%eth0", true],
  ["fe80::5", "fe80::5%eth0", true],
  ["fe80::5%eth0", "fe80::6%eth0", false],
  ["10.0.0.1", "10.0.0.1", true],
  ["10.0.0.1", "10.0.0.2", false],
])("%s and %s are the same but for the zone: %s", (one, other, same) => expect(isSameButZone(one, other)).toBe(same));
