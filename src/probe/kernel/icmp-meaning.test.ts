import { expect, it } from "vitest";
import { readIcmpError } from "./icmp-meaning.ts";

it.each<[4 | 6, number, number, string | undefined]>([
  [4, 3, 0, "unreachable"],
  [4, 3, 1, "unreachable"],
  [4, 3, 2, "unreachable"],
  [4, 3, 3, "refused"],
  [4, 3, 4, undefined], // fragmentation needed
  [4, 3, 5, "unreachable"],
  [4, 3, 9, "prohibited"],
  [4, 3, 10, "prohibited"],
  [4, 3, 11, "unreachable"],
  [4, 3, 13, "prohibited"],
  [4, 11, 0, "unreachable"],
  [4, 11, 1, undefined], // a fragment is missing
  [4, 12, 0, "unreachable"],
  [4, 0, 0, undefined], // echo reply
  [4, 5, 1, undefined], // redirect
  [6, 1, 0, "unreachable"],
  [6, 1, 1, "prohibited"],
  [6, 1, 3, "unreachable"],
  [6, 1, 4, "refused"],
  [6, 1, 5, "prohibited"],
  [6, 1, 6, "prohibited"],
  [6, 2, 0, undefined], // packet too big
  [6, 3, 0, "unreachable"],
  [6, 4, 1, "unreachable"],
  [6, 129, 0, undefined], // echo reply
])("IPv%i, type %i, code %i: %s", (family, type, code, meaning) => {
  expect(readIcmpError(family, type, code)).toBe(meaning);
});
