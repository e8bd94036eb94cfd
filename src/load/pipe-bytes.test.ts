import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readPipe } from "./pipe-bytes.ts";
import { readBytes } from "./text-file.ts";

let directory = "";
let pipe = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portmatrix-pipe-"));
  pipe = join(directory, "pipe");
  execFileSync("mkfifo", [pipe]);
});
afterEach(() => rmSync(directory, { recursive: true }));

async function write(text: string): Promise<void> {
  const file = await open(pipe, "w");
  await file.write(text);
  await file.close();
}

it("reads a pipe until its writer closes it", async () => {
  const reading = readBytes(pipe, 1_000);
  await write("server: {}\n");
  expect(String(await reading)).toBe(String(Buffer.from("server: {}\n")));
});

it("takes no more than the limit", async () => {
  const reading = readBytes(pipe, 1_000);
  await write("x".repeat(2_000));
  expect(await reading).toBe("the file is longer than 1000 bytes; at most 1000 bytes are read");
});

it("gives up a pipe to which nobody writes, and holds nothing", async () => {
  expect(await readPipe(pipe, 1_000, 50)).toBe(
    "nothing came out of this pipe for 0.05 s; is any program writing to it?",
  );
});

it.each(["/dev/zero", "/dev/null", "/dev/tty"])("refuses %s without reading it", async (device) => {
  expect(await readBytes(device, 1_000)).toMatch(/^this is a device, a terminal or a socket; name a file/);
});

it("twin: a file of the same text is read", async () => {
  writeFileSync(join(directory, "file"), "server: {}\n");
  expect(await readBytes(join(directory, "file"), 1_000)).toEqual(Buffer.from("server: {}\n"));
});
