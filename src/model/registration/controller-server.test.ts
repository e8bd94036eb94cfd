import { expect, it } from "vitest";
import { serverFault } from "./controller-server.ts";

it.each([
  ["cmk", undefined],
  ["cmk-1.example.com", undefined],
  ["10.0.0.5", undefined],
  ["fd00::5", undefined],
  ["cmk_1.example.com", "underscore"],
  ["_", "underscore"],
  ["cmk.example.com.", "final-dot"],
  ["-cmk", "hyphen"],
  ["cmk-.example.com", "hyphen"],
  [`${"a".repeat(63)}.example.com`, undefined],
  [`${"a".repeat(64)}.example.com`, "too-long"],
  ["fe80::5%eth0", "zone"],
  ["cmk..example.com", "no-name"],
  ["münchen", "no-name"],
])("the agent controller and --server %s: %s", (server, fault) => {
  expect(serverFault(server)).toBe(fault);
});
