import { expect, it } from "vitest";
import type { ResponderPlace } from "../../model/run/responder.ts";
import { noteResponder } from "../../report/text/note-responder.ts";
import { notHeldAmong } from "./not-held.ts";

const place = (over: Partial<ResponderPlace>): ResponderPlace => ({
  protocol: "tcp",
  asked: "10.0.0.5",
  address: "10.0.0.5",
  port: 8000,
  state: "held",
  ...over,
});
const fact = { node: "cmk", by: "vantage", run: "0".repeat(16), plan: "0".repeat(64), held: 1, inUse: 0 } as const;
const notes = (places: readonly ResponderPlace[]) => noteResponder({ ...fact, notHeld: notHeldAmong(places) });

it("says nothing of ports that it holds, or that somebody has", () => {
  expect(notes([place({}), place({ state: "in-use" }), place({ state: "released" })])).toEqual([]);
});

it("says nothing of a loopback address that the machine lacks", () => {
  expect(notes([place({ asked: "::1", address: "::1", state: "not-here", errno: "EADDRNOTAVAIL" })])).toEqual([]);
});

it.each<[string, Partial<ResponderPlace>]>([
  ["the name cmk.test does not resolve there", { asked: "cmk.test", state: "failed", errno: "ENOTFOUND" }],
  ["10.0.0.5 is not an address of that machine", { state: "not-here", errno: "EADDRNOTAVAIL" }],
  ["that user may not; ports below 1024 need root", { state: "not-allowed", errno: "EACCES" }],
  ["EMFILE", { state: "failed", errno: "EMFILE" }],
  ["it failed", { state: "failed" }],
])("says that %s", (why, over) => {
  const many = [443, 80].map((port) => place({ ...over, port }));
  expect(notes([place({}), ...many])).toEqual([
    `The responder on cmk did not hold 80/tcp and 443/tcp: ${why}. Asked as usual.`,
  ]);
});

it("names five ports, each once, and one line for each reason", () => {
  const low = [1, 2, 3, 4, 5, 6, 7].flatMap((port) => [port, port]);
  const places = [...low.map((port) => place({ port, state: "not-allowed" })), place({ state: "not-here" })];
  expect(notes(places)).toEqual([
    "The responder on cmk did not hold 1/tcp, 2/tcp, 3/tcp, 4/tcp, 5/tcp and 2 more: that user may not; ports below 1024 need root. Asked as usual.",
    "The responder on cmk did not hold 8000/tcp: 10.0.0.5 is not an address of that machine. Asked as usual.",
  ]);
});

it("says why there was none, and no more", () => {
  const failed = { ...fact, held: 0, failure: "bash cannot listen" };
  expect(noteResponder({ ...failed, notHeld: notHeldAmong([place({ state: "not-here" })]) })).toEqual([
    "There was no responder on cmk: bash cannot listen. Its ports were asked as usual.",
  ]);
});
