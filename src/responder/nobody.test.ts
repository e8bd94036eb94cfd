import { expect, it } from "vitest";
import { isRootOfNothing } from "./nobody.ts";

it.each([
  ["the first namespace", "         0          0 4294967295\n", false],
  ["one without root that has 65536 users (rootless containers)", "0 1000 1\n1 100000 65536\n", false],
  ["one that an ordinary user made for himself", "         0       1000          1\n", true],
  ["one that root made for itself", "0 0 1\n", false],
  ["one that nobody has written the users of yet", "", false],
])("root of nothing: %s", (_, map, expected) => {
  expect(isRootOfNothing(() => map)).toBe(expected);
});

it("where the kernel knows no user namespaces, root is root", () => {
  const absent = () => {
    throw new Error("ENOENT");
  };
  expect(isRootOfNothing(absent)).toBe(false);
});
