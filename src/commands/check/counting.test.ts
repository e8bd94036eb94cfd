import { expect, it } from "vitest";
import { machinesOf } from "./counting.ts";

const addresses = (all: Record<string, string[]>) =>
  new Map(Object.entries(all).map(([node, some]) => [node, new Set(some)]));

it.each([
  ["a node of its own", "web02", "web02"],
  ["a second name of a machine, by one address of two", "ha1", "cmk"],
  ["a node without a responder that is a third name of it", "old", "cmk"],
  ["a node without a responder on another machine", "far", undefined],
])("%s is counted where its kernel counts", (_, node, machine) => {
  const of = addresses({
    cmk: ["10.0.0.5", "fd00::5"],
    ha1: ["fd00::5", "10.0.0.6"],
    web02: ["10.0.0.7"],
    old: ["10.0.0.6"],
    far: ["10.0.0.8"],
  });
  expect(machinesOf(["cmk", "ha1", "web02"], of)(node)).toBe(machine);
});
