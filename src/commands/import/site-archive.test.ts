import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import { expect, it, onTestFinished } from "vitest";
import { readSiteArchive } from "./site-archive.ts";

function read(bytes: Uint8Array, signal = new AbortController().signal) {
  const directory = mkdtempSync(join(tmpdir(), "portmatrix-dump-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const name = join(directory, "dump.tar.gz");
  writeFileSync(name, bytes);
  return readSiteArchive(name, signal);
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
  [
    "a bomb",
    () => packed(file("etc/check_mk/conf.d/wato/hosts.mk", " ".repeat(60_000_000))),
    /hosts\.mk in it is larger than a site's file can be/,
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
