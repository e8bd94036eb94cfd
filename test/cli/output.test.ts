import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useListeners } from "./listeners.ts";
import { bin, portmatrix, start } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { tcp, closedPort } = useListeners();
const inSandbox = {
  get cwd() {
    return sandbox.path(".");
  },
};
const asFormats = (...formats: string[]) => formats.flatMap((format) => ["--format", format]);
const check = async (port: number, ...formats: string[]) => {
  sandbox.write("t.json", topologyOf([{ from: "cmk", to: "web01", tcp: port }]));
  return portmatrix(["check", "t.json", ...onlyExtra, ...asFormats(...formats)], inSandbox);
};
/** Runs the program behind a line of shell, `"$@"` being its command line. */
const behind = (line: string, args: readonly string[]) =>
  start(["sh", "-c", line, "sh", process.execPath, bin, ...args], inSandbox).finished;

describe("a report that could not be written", () => {
  it.each(["json", "ndjson", "html"])("as %s is named, costs no other its place, and is no success", async (format) => {
    const { port } = await tcp();
    const ran = await check(port, `${format}=/dev/full`, "junit=run.xml", "ndjson=run.ndjson", "table");
    expect(ran).toMatchObject({ code: 70, stderr: 'portmatrix: cannot write "/dev/full": no space is left\n' });
    expect(ran.stdout).toMatch(/^PASS /m);
    expect(readFileSync(sandbox.path("run.xml"), "utf8")).toMatch(/<\/testsuites>\n$/);
    expect(readFileSync(sandbox.path("run.ndjson"), "utf8")).toContain('"type":"summary"');
    expect(readdirSync(sandbox.path(".")).toSorted()).toEqual(["run.ndjson", "run.xml", "t.json"]);
  });

  it("does not hide a failure, nor an undecided run", async () => {
    const ran = await check(await closedPort(), "json=/dev/full");
    expect(ran).toMatchObject({ code: 1, stderr: 'portmatrix: cannot write "/dev/full": no space is left\n' });
  });

  it("because the disk is full leaves nothing half-written, and the old file as it was", async () => {
    const { port } = await tcp();
    sandbox.write("run.html", "old");
    sandbox.write("t.json", topologyOf([{ from: "cmk", to: "web01", tcp: port }]));
    const args = [
      "check",
      "t.json",
      ...onlyExtra,
      ...asFormats("html=run.html", "nagios=run.txt", "ndjson=run.ndjson"),
    ];
    const full = await behind('trap "" XFSZ; ulimit -f 8; exec "$@"', args);
    expect(full).toMatchObject({
      code: 70,
      stderr: 'portmatrix: cannot write "run.html": the file would be too large\n',
    });
    expect(readFileSync(sandbox.path("run.html"), "utf8")).toBe("old");
    expect(readFileSync(sandbox.path("run.txt"), "utf8")).toMatch(/^PORTMATRIX OK/);
    expect(readdirSync(sandbox.path(".")).toSorted()).toEqual(["run.html", "run.ndjson", "run.txt", "t.json"]);
    expect(await behind('exec "$@"', args)).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(sandbox.path("run.html"), "utf8")).toMatch(/^<!doctype html>/i);
  });

  it("on standard output is said", async () => {
    const ran = await behind('"$@" > /dev/full', ["explain"]);
    expect(ran).toMatchObject({ code: 70, stderr: "portmatrix: cannot write to standard output: no space is left\n" });
  });

  it("because its reader has seen enough is nobody's fault", async () => {
    const ran = await behind('{ sleep 0.2; "$@"; echo "$?" >&2; } | true', ["explain"]);
    expect(ran).toMatchObject({ code: 0, stderr: "0\n" });
  });
});

it("an error message that nobody can read does not change the exit code", async () => {
  expect((await behind('exec "$@" 2> /dev/full', ["nonsense"])).code).toBe(2);
  const closed = await behind('{ { sleep 0.2; "$@" 2>&1; echo "$?" >&3; } | true; } 3>&1', ["nonsense"]);
  expect(closed).toMatchObject({ stdout: "2\n", stderr: "" });
});

describe("devices and pipes", () => {
  it("/dev/stdout, into a pipe and into a file, is written and not replaced", async () => {
    const { port } = await tcp();
    sandbox.write("t.json", topologyOf([{ from: "cmk", to: "web01", tcp: port }]));
    const args = ["plan", "t.json", ...asFormats("json=/dev/stdout", "csv")];
    const piped = await behind('"$@" | cat', args);
    expect(piped).toMatchObject({ code: 0, stderr: "" });
    await behind('exec "$@" > out', args);
    expect(readFileSync(sandbox.path("out"), "utf8")).toBe(piped.stdout);
    symlinkSync("/dev/stdout", sandbox.path("link"));
    await behind('exec "$@" > out', ["plan", "t.json", ...asFormats("json=link", "csv")]);
    expect(readFileSync(sandbox.path("out"), "utf8")).toBe(piped.stdout);
    expect(piped.stdout).toMatch(/^\{[^]*\n\}\n[^{]+$/);
  });

  it("a process of the shell gets what a file would", async () => {
    const { port } = await tcp();
    sandbox.write("t.json", topologyOf([{ from: "cmk", to: "web01", tcp: port }]));
    const line = `exec "$@" --format json=>(cat > got)`;
    const args = ["-c", line, "bash", process.execPath, bin, "plan", "t.json", ...asFormats("json=want")];
    expect(await start(["bash", ...args], inSandbox).finished).toMatchObject({ code: 0, stderr: "" });
    await expect.poll(() => readFileSync(sandbox.path("got"), "utf8")).toBe(readFileSync(sandbox.path("want"), "utf8"));
  });
});
