import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeDirectories } from "./make-directory.ts";

describe("makeDirectories", () => {
  const folder = (): string => {
    const path = mkdtempSync(join(tmpdir(), "portmatrix-folders-"));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    return path;
  };

  it("makes what is missing, and leaves what is there", async () => {
    const [top, inner] = [folder(), join("a", "b", "c")];
    await makeDirectories(join(top, inner));
    writeFileSync(join(top, inner, "kept"), "");
    await makeDirectories(join(top, inner));
    expect(statSync(join(top, inner, "kept")).isFile()).toBe(true);
    await makeDirectories(top);
    mkdirSync(join(top, "a", "d"));
    await makeDirectories(join(top, "a", "d", "e"));
    expect(statSync(join(top, "a", "d", "e")).isDirectory()).toBe(true);
  });

  it("says why not, and returns", async () => {
    const top = folder();
    writeFileSync(join(top, "file"), "");
    await expect(makeDirectories(join(top, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeDirectories(join(top, "file", "x"))).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(makeDirectories("")).rejects.toMatchObject({ code: "ENOENT" });
  });

  // Here mkdir with `recursive` never returns.
  it.runIf(process.platform === "linux")("returns where the kernel makes no directory", async () => {
    await expect(makeDirectories("/proc/portmatrix/x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
