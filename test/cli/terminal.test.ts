import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { useListeners } from "./listeners.ts";
import { bin, portmatrix, start, type StartOptions } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { tcp, closedPort } = useListeners();
const escape = "\u001b";
const hasEscapes = (text: string): boolean => text.includes(escape);

/** A check with one pass and one failure. */
async function argsOf(...more: string[]): Promise<string[]> {
  const required = [
    { from: "cmk", to: "web01", tcp: (await tcp()).port },
    { from: "cmk", to: "web01", tcp: await closedPort() },
  ];
  return ["check", sandbox.write("t.json", topologyOf(required)), ...onlyExtra, ...more];
}

/** Runs the check on a pseudo-terminal, script(1); what is redirected in `shell` goes to files in the sandbox. */
async function onTerminal(redirect: string, more: readonly string[] = [], env: Record<string, string> = {}) {
  const args = await argsOf(...more);
  const command = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(" ");
  const options: StartOptions = { cwd: sandbox.path("."), env: { TERM: "xterm-256color", ...env } };
  const { code, stdout } = await start(["script", "-qec", `${command} ${redirect}`, "/dev/null"], options).finished;
  return { code, screen: stdout };
}

it("a pipe gets neither colour nor progress", async () => {
  const { code, stdout, stderr } = await portmatrix(await argsOf(), { env: { TERM: "xterm-256color" } });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toContain("✗ refused");
  expect(hasEscapes(stdout)).toBe(false);
});

it("a terminal gets colour", async () => {
  const { code, screen } = await onTerminal("2>err");
  expect(code).toBe(1);
  expect(
    screen
      .split(escape)
      .slice(1)
      .some((text) => /^\[\d+m/.test(text)),
  ).toBe(true);
  expect(readFileSync(sandbox.path("err"), "utf8")).toBe("");
});

it.each([
  ["--no-color", ["--no-color"], {}],
  ["NO_COLOR", [], { NO_COLOR: "1" }],
  ["TERM=dumb", [], { TERM: "dumb" }],
])("%s: the terminal gets none", async (_name, more, env) => {
  const { code, screen } = await onTerminal("2>err", more, env);
  expect(code).toBe(1);
  expect(screen).toContain("✗ refused");
  expect(hasEscapes(screen)).toBe(false);
});

it("progress is drawn on stderr and wiped away, and none of it is on stdout", async () => {
  const { code, screen } = await onTerminal(">out");
  expect(code).toBe(1);
  expect(screen).toMatch(/^\r[█░]{20} {2}\d of 2 probes/);
  expect(screen.endsWith(`\r${escape}[K`)).toBe(true);
  expect(hasEscapes(readFileSync(sandbox.path("out"), "utf8"))).toBe(false);
});

it("a terminal that cannot redraw a line gets no progress", async () => {
  expect(await onTerminal(">out", [], { TERM: "dumb" })).toEqual({ code: 1, screen: "" });
});

it("--quiet shows nothing at all, even on a terminal", async () => {
  expect(await onTerminal("", ["--quiet"])).toEqual({ code: 1, screen: "" });
});

it("a file gets no colour even when stdout is a terminal", async () => {
  await onTerminal("2>err", ["--format", "table=table.txt"]);
  const text = readFileSync(sandbox.path("table.txt"), "utf8");
  expect(text).toContain("✗ refused");
  expect(hasEscapes(text)).toBe(false);
});

it.each([40, 60])("a terminal of %i columns gets no line that is wider", async (columns) => {
  const args = await argsOf();
  const command = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(" ");
  const env = { TERM: "xterm-256color", NO_COLOR: "1" };
  const line = `stty cols ${columns}; ${command} 2>err`;
  const { finished } = start(["script", "-qec", line, "/dev/null"], { cwd: sandbox.path("."), env });
  const { stdout } = await finished;
  expect(stdout).toContain("✗ refused");
  expect(Math.max(...stdout.split(/\r?\n/).map((text) => Array.from(text).length))).toBeLessThanOrEqual(columns);
});

it("--verbose tells on stderr what is going on, and stdout stays the same", async () => {
  const args = await argsOf();
  const { stderr, stdout, code } = await portmatrix([...args, "--verbose", "--format", "nagios"]);
  expect(code).toBe(1);
  expect(stdout).not.toContain("limits:");
  const told = stderr.split("\n");
  for (const about of [
    /flows in the plan/,
    /vantage points: cmk \(local\)/,
    /limits: \d+ probes at once/,
    /timeout of each probe: 400 ms/,
    /raw sockets: /,
    /cmk: open, by this machine/,
    /probes are back/,
  ]) {
    expect(told.filter((line) => about.test(line))).toHaveLength(1);
  }
  const quiet = await portmatrix([...args, "--format", "nagios"]);
  expect(quiet.stderr).toBe("");
});

it("trace --verbose tells on stderr what is going on, and stdout stays the same", async () => {
  const file = sandbox.write("t.json", topologyOf([{ from: "cmk", to: "web01", tcp: 9 }]));
  const args = ["trace", file, "--from", "cmk", "--to", "web01", "--tcp", String((await tcp()).port)];
  const told = await portmatrix([...args, "--verbose"]);
  const lines = told.stderr.trimEnd().split("\n");
  const said = [
    /one flow to trace from cmk \(local\)$/,
    /cmk: open, by /,
    /tracing \d+\/tcp to 127\./,
    /127\.\S+: arrives$/,
  ];
  expect(lines.map((line, at) => said[at]?.test(line))).toEqual([true, true, true, true]);
  const quiet = await portmatrix(args);
  expect(quiet).toMatchObject({ code: 0, stderr: "" });
  expect(told.stdout.split("\n").at(-2)).toBe(quiet.stdout.split("\n").at(-2));
});
