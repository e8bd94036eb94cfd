import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { readSubnet } from "./subnet.ts";

function summarise(text: string): [number, string, string] | string {
  const pattern = readSubnet(text);
  return typeof pattern === "string" ? pattern : [pattern.count, pattern.at(0), pattern.at(pattern.count - 1)];
}

describe("readSubnet", () => {
  it.each([
    ["10.0.3.0/28", [14, "10.0.3.1", "10.0.3.14"]],
    ["10.0.0.0/23", [510, "10.0.0.1", "10.0.1.254"]],
    ["10.0.3.4/30", [2, "10.0.3.5", "10.0.3.6"]],
    ["10.0.3.4/31", [2, "10.0.3.4", "10.0.3.5"]],
    ["10.0.3.4/32", [1, "10.0.3.4", "10.0.3.4"]],
    ["255.255.255.0/24", [254, "255.255.255.1", "255.255.255.254"]],
    ["2001:DB8::/124", [15, "2001:db8::1", "2001:db8::f"]],
    ["2001:db8::/127", [2, "2001:db8::", "2001:db8::1"]],
    ["2001:db8::7/128", [1, "2001:db8::7", "2001:db8::7"]],
  ])("%s", (text, expected) => expect(summarise(text)).toEqual(expected));

  it.each([
    [
      "10.0.0.1/24",
      '"10.0.0.1/24" is a host address, not a network; for one host write 10.0.0.1, for the network 10.0.0.0/24',
    ],
    [
      "2001:db8::1/64",
      '"2001:db8::1/64" is a host address, not a network; for one host write 2001:db8::1, for the network 2001:db8::/64',
    ],
    ["10.0.0.0/33", '"10.0.0.0/33": an IPv4 prefix has at most 32 bits'],
    ["::/129", '"::/129": an IPv6 prefix has at most 128 bits'],
    ["10.0/16", '"10.0/16" is not a network; write it as 10.0.3.0/28 or 2001:db8::/120'],
    ["web/24", '"web/24" is not a network; write it as 10.0.3.0/28 or 2001:db8::/120'],
    ["10.0.0.0/-1", '"10.0.0.0/-1" is not a network; write it as 10.0.3.0/28 or 2001:db8::/120'],
    ["/", '"/" is not a network; write it as 10.0.3.0/28 or 2001:db8::/120'],
  ])("%s is refused", (text, expected) => expect(summarise(text)).toBe(expected));

  it("gives only addresses inside of the network, as many as the prefix allows", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 20, max: 30 }), (base, length) => {
        const network = ipaddr.IPv4.networkAddressFromCIDR(`${base}/${length}`);
        const pattern = readSubnet(`${network}/${length}`);
        if (typeof pattern === "string") throw new Error(pattern);
        expect(pattern.count).toBe(2 ** (32 - length) - 2);
        for (const index of [0, pattern.count - 1]) {
          expect(ipaddr.IPv4.parse(pattern.at(index)).match(network, length)).toBe(true);
        }
      }),
    );
  });
});
