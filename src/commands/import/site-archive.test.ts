import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ArchiveLimits, readSiteArchive } from "./site-archive.ts";

function read(bytes: Uint8Array, signal = new AbortController().signal, limits?: ArchiveLimits) {
  const directory = mkdtempSync(join(tmpdir(), "portmatrix-dump-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const name = join(directory, "dump.tar.gz");
  writeFileSync(name, bytes);
  return readSiteArchive(name, signal, limits);
}
const file = (name: string, body = "x", more: object = {}): TarEntry => ({
  header: { name, size: body.length, type: "file", ...more },
  body,
});
const packed = async (...entries: TarEntry[]) => gzipSync(await packTar(entries));
const site = file("etc/omd/site.conf", "CONFIG_APACHE_TCP_PORT='5002'\n");

it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
  ["no archive", () => Buffer.from("all_hosts = []"), /this is no \.tar\.gz/],
  ["gzip without an archive in it", () => gzipSync("all_hosts = []".repeat(100)), /this archive cannot be read/],
  [
    "an archive that breaks off",
    async () => gzipSync((await packTar([site])).subarray(0, 600)),
    /cannot be read: Tar archive is trunc/,
  ],
  ["gzip that breaks off", async () => (await packed(site)).subarray(0, 40), /this archive cannot be read/],
  [
    "a wrong sum",
    async () => gzipSync((await packTar([site])).fill(65, 0, 3)),
    /cannot be read: Invalid tar header checksum/,
  ],
  [
    "a path out of it",
    () => packed(file("../../etc/omd/site.conf")),
    /"\.\.\/\.\.\/etc\/omd\/site\.conf" in it leads out of the archive/,
  ],
])("%s is refused", async (_name, bytes, message) => {
  await expect(read(await bytes())).rejects.toThrow(message);
});

it("links in it are not followed, an absolute path is one below its root, and what nobody asked for is not kept", async () => {
  const link = {
    header: { name: "etc/check_mk/conf.d/wato/hosts.mk", size: 0, type: "symlink" as const, linkname: "/etc/passwd" },
  };
  const { texts } = await read(await packed(file("/etc/omd/site.conf", "A"), link, file("var/log/web.log")));
  expect([...texts]).toEqual([["etc/omd/site.conf", "A"]]);
});

it("an interruption ends it", async () => {
  await expect(read(await packed(site), AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
});

describe("a bomb is refused before it goes off", () => {
  const limits: ArchiveLimits = { unpackedBytes: 2_000_000, entries: 5, fileBytes: 10_000, readBytes: 15_000 };
  const wato = "etc/check_mk/conf.d/wato";
  const many = Array.from({ length: 6 }, (_, index) => file(`var/${index}`));
  it.each<[string, TarEntry[], RegExp]>([
    [
      "by a file",
      [file(`${wato}/hosts.mk`, " ".repeat(10_001))],
      /hosts\.mk in it is larger than a site's file can be/,
    ],
    [
      "by all files",
      ["a", "b"].map((folder) => file(`${wato}/${folder}/hosts.mk`, " ".repeat(9_000))),
      /b\/hosts\.mk in it is larger/,
    ],
    ["by the number of files", many, /it has more than 5 files in it/],
    [
      "by what it unpacks to",
      [file("var/log/web.log", " ".repeat(3_000_000))],
      /it unpacks to more than a dump of Checkmk ever has/,
    ],
  ])("%s", async (_name, entries, message) => {
    await expect(read(await packed(...entries), undefined, limits)).rejects.toThrow(message);
  });
});
