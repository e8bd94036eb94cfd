import { expect, it } from "vitest";
import type { Flow, Probe } from "../../model/flow.ts";
import type { Arrival } from "../../model/run/responder.ts";
import { joinArrivals } from "./join.ts";
import { tagOf } from "./key.ts";

const place = { protocol: "tcp", address: "10.0.0.5", port: 8000 } as const;
const flow = (from: string) => ({ ...place, from, to: "cmk", probe: from }) as unknown as Flow;
const flows = [flow("web01"), flow("web02")];
const probes = flows.map(({ probe }) => ({ id: probe, spec: { kind: "tcp", port: 8000 } }) as unknown as Probe);
const addressesOf = new Map([["web01", new Set(["10.0.1.1"])]]);
const handshakeFrom = (from: string): Arrival => ({
  ...place,
  at: "2026-11-20T20:00:00.000Z",
  how: "kernel",
  from,
  fromPort: 40_000,
  state: "handshake",
});
const requestOf = (sender: string, from: string): Arrival => ({
  ...place,
  port: 443,
  at: "2026-11-20T20:00:00.000Z",
  how: "token",
  from,
  fromPort: 40_001,
  tag: tagOf(sender),
});
/** Of each sender: how many arrivals, and whether there may be more. */
const joined = (arrivals: Arrival[]) => {
  const places = [{ ...place, asked: place.address, state: "held" as const }];
  const ends = joinArrivals(new Map([["cmk", { places, arrivals, isWatched: true }]]), { flows, probes, addressesOf });
  return flows.map(({ from }) => {
    const { farEnd } = ends.get(from)?.[0] ?? {};
    return `${from} ${farEnd?.arrivals.length}${farEnd?.isFlooded === true ? " or more" : ""}`;
  });
};

it.each([
  ["nothing", [], ["web01 0", "web02 0"]],
  ["a handshake of the one who has the address", [handshakeFrom("10.0.1.1")], ["web01 1", "web02 0"]],
  [
    "a handshake from an address that nobody is known to have",
    [handshakeFrom("10.0.9.9")],
    ["web01 0 or more", "web02 0 or more"],
  ],
  [
    "the same, once a request told whose it is; others may be behind it, too",
    [handshakeFrom("10.0.9.9"), { ...requestOf("web02", "10.0.9.9"), address: "10.0.0.6" }],
    ["web01 0 or more", "web02 2"],
  ],
])("%s", (_name, arrivals, expected) => {
  expect(joined(arrivals)).toEqual(expected);
});
