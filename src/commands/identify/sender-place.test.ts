import { describe, expect, it } from "vitest";
import { topologySchema } from "../../model/topology/topology.ts";
import type { Machine } from "./identify.ts";
import { nodesElsewhere, readFrom, refuseElsewhere } from "./sender-place.ts";

const topology = topologySchema.parse({
  server: { name: "cmk", address: ["10.0.0.5", "2001:db8::5"], sites: [{ name: "main" }] },
  hosts: [
    { name: "named", address: "named.example.com" },
    { name: "both", address: ["10.0.2.1", "both.example.com"] },
    { name: "loop", address: "127.0.0.1" },
    { name: "link", address: "fe80::5%eth0" },
  ],
});
const machine = (...addresses: string[]): Machine => ({
  addresses: () => addresses,
  resolve: (name) => Promise.resolve(name === "both.example.com" ? ["10.0.9.9"] : []),
});

describe("nodesElsewhere", () => {
  it.each<[string, string, Machine, boolean]>([
    ["no address of the node is here", "cmk", machine("192.0.2.1"), true],
    ["one of them is", "cmk", machine("192.0.2.1", "2001:db8::5"), false],
    ["a node that has a name only may be anywhere", "named", machine("192.0.2.1"), false],
    ["a name beside an address is asked", "both", machine("10.0.9.9"), false],
    ["and may lead elsewhere", "both", machine("192.0.2.1"), true],
    ["loopback is everywhere", "loop", machine(), false],
    ["a link-local address with its interface", "link", machine("fe80::5%eth0", "fe80::5%2"), false],
    ["that of another interface", "link", machine("fe80::5%eth1", "fe80::5%3"), true],
  ])("%s", async (_, node, here, isElsewhere) => {
    expect(await nodesElsewhere(topology, [node], here)).toEqual(isElsewhere ? [node] : []);
  });
});

describe("--from", () => {
  it("may be confirmed by a mark, which is no part of the name", () => {
    expect(readFrom({ from: "cmk!" })).toEqual({ from: "cmk", isFromSure: true });
    expect(readFrom({ from: "cmk" })).toEqual({ from: "cmk" });
    expect(readFrom({})).toEqual({});
  });

  it("is refused on another machine unless it is confirmed; a declaration is not", () => {
    expect(() => refuseElsewhere(topology, { from: "cmk" }, ["cmk"])).toThrow(
      "--from: this machine has no address of cmk (10.0.0.5, 2001:db8::5), so it would send from the wrong place; run it on cmk, or write --from cmk! if this is cmk behind address translation",
    );
    for (const options of [{ from: "cmk", isFromSure: true }, {}, { from: "both" }])
      expect(() => refuseElsewhere(topology, options, ["cmk"])).not.toThrow();
  });
});
