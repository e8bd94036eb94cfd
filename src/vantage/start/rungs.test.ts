import { expect, it } from "vitest";
import { rungsHere } from "./rungs.ts";

it.each([
  ["linux", ["python", "perl"]],
  ["darwin", []],
  ["win32", []],
])("on %s these see ICMP errors without privilege: %j", (system, expected) => {
  expect(rungsHere(system)).toEqual(expected);
});
