import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isInstalled, packagesOf, refuseMissing } from "../lab/driver/packages.mjs";

it("all that is missing is said at once, with the line that installs it", () => {
  const lacks =
    (...programs: string[]) =>
    (program: string) =>
      !programs.includes(program);
  expect(() => refuseMissing(lacks("sshd", "nft", "unshare", "nsenter"))).toThrow(
    /not installed here: unshare, nsenter, nft, sshd\n[\s\S]*apt-get install --no-install-recommends nftables openssh-server util-linux\n/,
  );
  expect(() => refuseMissing(() => true)).not.toThrow();
});

it("a program is looked for where the nodes look", () => {
  expect(isInstalled("sh")).toBe(true);
  expect(isInstalled("sh", ["/nonexistent"])).toBe(false);
});

it.each([".ci/run"])("%s installs every package", (file) => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const listed = text.split(/[\s()]+/);
  expect([...new Set(Object.values(packagesOf))].filter((name) => !listed.includes(name))).toEqual([]);
});
