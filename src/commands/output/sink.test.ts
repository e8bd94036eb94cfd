import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished, pipeline } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSink } from "./sink.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "portmatrix-sink-"));
  file = join(folder, "run.json");
});
afterEach(() => rm(folder, { recursive: true }));

describe("a sink", () => {
  it("has all pieces in the file, in their order, when it has finished, and closes it", async () => {
    const handle = await open(file, "w");
    const pieces = Array.from({ length: 500 }, (_, n) => `${n} ${"ä".repeat(n)}\n`);
    await pipeline(pieces, openSink(handle));
    expect(await readFile(file, "utf8")).toBe(pieces.join(""));
    expect(handle.fd).toBe(-1);
  });

  it("fails with what the kernel says, and closes the file", async () => {
    await writeFile(file, "old");
    const handle = await open(file, "r"); // not for writing
    await expect(pipeline(["text"], openSink(handle))).rejects.toThrow("EBADF");
    expect(handle.fd).toBe(-1);
    expect(await readFile(file, "utf8")).toBe("old");
  });

  it("leaves the event loop its turns while a large text is written", async () => {
    const sink = openSink(await open(file, "w"));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    function* slowly(): Generator<string> {
      for (let piece = 0; piece < 100; piece++) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        yield "text\n".repeat(4_000);
      }
    }
    await pipeline(slowly, sink);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it("can be given up in the middle", async () => {
    const handle = await open(file, "w");
    const sink = openSink(handle);
    sink.write("half");
    sink.destroy();
    await finished(sink).catch(() => undefined);
    await expect.poll(() => handle.fd).toBe(-1);
  });
});
