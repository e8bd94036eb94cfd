import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conclude, deliver, undeliveredTo } from "./output.ts";
import { openOutput, removeDrafts } from "./output-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "portmatrix-output-"));
});
afterEach(() => rm(folder, { recursive: true }));
const place = (name: string) => join(folder, name);

describe("deliver", () => {
  it("keeps the mode of a file, and one bad place keeps nothing else back", async () => {
    const file = place("run.json");
    await writeFile(file, "old", { mode: 0o600 });
    const printed: string[] = [];
    const undelivered = await deliver(
      [{ format: "json", file: "/dev/full" }, { format: "json", file }, { format: "table" }],
      (format) => format,
      (text) => printed.push(text),
    );
    expect(undelivered).toEqual(['cannot write "/dev/full": no space is left']);
    expect(printed).toEqual(["table"]);
    expect(await readFile(file, "utf8")).toBe("json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("replaces files in one step and prints the rest", async () => {
    const file = place("run.json");
    await writeFile(file, "old");
    const printed: string[] = [];
    const undelivered = await deliver(
      [{ format: "table" }, { format: "json", file }],
      (format, toStdout) => `${format} ${toStdout}`,
      (text) => printed.push(text),
    );
    expect(undelivered).toEqual([]);
    expect(printed).toEqual(["table true"]);
    expect(await readFile(file, "utf8")).toBe("json false");
    expect(await readdir(folder)).toEqual(["run.json"]);
  });

  it("writes a rendering in pieces as one text", async () => {
    const file = place("run.json");
    const printed: string[] = [];
    await deliver(
      [{ format: "table" }, { format: "json", file }],
      () => new Set(["one ", "two ", "three"]),
      (text) => printed.push(text),
    );
    expect(printed).toEqual(["one ", "two ", "three"]);
    expect(await readFile(file, "utf8")).toBe("one two three");
    expect(await readdir(folder)).toEqual(["run.json"]);
  });

  it("leaves the old file where a rendering breaks off between its pieces, and prints the others", async () => {
    const file = place("run.json");
    await writeFile(file, "old");
    const printed: string[] = [];
    const breaksOff = function* () {
      yield "half of";
      throw new Error("broke off");
    };
    const undelivered = await deliver(
      [{ format: "json", file }, { format: "table" }],
      (format) => (format === "json" ? breaksOff() : "whole"),
      (text) => printed.push(text),
    );
    expect(undelivered).toEqual([`cannot write "${file}": broke off`]);
    expect(printed).toEqual(["whole"]);
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["run.json"]);
  });

  it("says that a file cannot take the place of a folder, and leaves nothing half-written", async () => {
    const output = await openOutput(place("run.json"));
    await mkdir(place("run.json")); // meanwhile
    output.stream.write("text");
    await expect(output.commit()).rejects.toThrow("EISDIR");
    expect(await readdir(folder)).toEqual(["run.json"]);
  });
});

describe("a file under construction", () => {
  it("follows no link and leaves alone what others have put beside it", async () => {
    const victim = place("victim");
    await writeFile(victim, "precious");
    await symlink(victim, place("run.json.part"));
    await deliver([{ format: "json", file: place("run.json") }], () => "text", String);
    expect(await readFile(victim, "utf8")).toBe("precious");
    expect(await readlink(place("run.json.part"))).toBe(victim);
    expect(await readFile(place("run.json"), "utf8")).toBe("text");
  });

  it("has another name each time, which begins with a dot, and the mode that the umask leaves", async () => {
    const [one, two] = [await openOutput(place("run.json")), await openOutput(place("run.json"))];
    const drafts = await readdir(folder);
    expect(drafts).toHaveLength(2);
    for (const name of drafts) expect(name).toMatch(/^\.portmatrix-[0-9a-f]{16}\.part$/);
    await two.discard();
    one.stream.write("text");
    await one.commit();
    expect(await readdir(folder)).toEqual(["run.json"]);
    expect((await stat(place("run.json"))).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it("goes away with the process that does not finish it", async () => {
    const output = await openOutput(place("run.json"));
    expect(await readdir(folder)).toHaveLength(1);
    removeDrafts();
    expect(await readdir(folder)).toEqual([]);
    await output.discard();
  });

  it("is a pipe where there is one: it is written as it is", async () => {
    const pipe = place("pipe");
    execFileSync("sh", ["-c", `mkfifo "$1"`, "sh", pipe]);
    const [read] = await Promise.all([
      readFile(pipe, "utf8"),
      deliver([{ format: "json", file: pipe }], () => "text", String),
    ]);
    expect(read).toBe("text");
    expect(await readdir(folder)).toEqual(["pipe"]);
  });
});

describe("the exit code", () => {
  it.each([
    [0, 70],
    [1, 1],
    [3, 3],
    [130, 130],
  ] as const)("%i with a report that is missing is %i", (code, expected) => {
    const said: string[] = [];
    const missing = [undeliveredTo("/mnt/run.json", Object.assign(new Error("x"), { code: "ENOSPC" }))];
    expect(conclude(code, missing, { err: (text) => said.push(text) })).toBe(expected);
    expect(said).toEqual(['portmatrix: cannot write "/mnt/run.json": no space is left\n']);
    expect(conclude(code, [], { err: (text) => said.push(text) })).toBe(code);
    expect(said).toHaveLength(1);
  });
});
