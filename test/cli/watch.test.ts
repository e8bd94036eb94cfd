import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { bin, type Finished, portmatrix, start, startPortmatrix } from "./program.ts";
import { useListeners } from "./listeners.ts";
import { useSandbox } from "./sandbox.ts";
import { type Switch, useSwitches } from "./switches.ts";
import { onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const openSwitches = useSwitches();
const { udp } = useListeners();

const writeTopology = (switches: readonly Switch[]): string =>
  sandbox.write(
    "portmatrix.json",
    topologyOf(switches.map(({ port }) => ({ from: "server", to: "web01", tcp: port }))),
  );
const watchArgs = (...args: string[]): string[] => [
  "check",
  "portmatrix.json",
  ...onlyExtra,
  "--watch",
  "--interval",
  "1s",
  ...args,
];

/** Starts a watch, does each step when its line has appeared behind that of the step before, and waits for the end. */
async function watch(
  args: readonly string[],
  ...steps: readonly [line: RegExp, act: (child: { kill: (signal: NodeJS.Signals) => unknown }) => unknown][]
): Promise<Finished> {
  const { child, finished } = startPortmatrix(watchArgs(...args), { cwd: sandbox.path("") });
  let text = "";
  let next = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    for (let step = steps[next]; step !== undefined; step = steps[next]) {
      const found = step[0].exec(text);
      if (found === null) return;
      text = text.slice(found.index + found[0].length);
      next += 1;
      void step[1](child);
    }
  });
  return finished;
}

describe("without a terminal", () => {
  it("--until-pass ends with 0 as soon as all is green, and says since when", async () => {
    const [first, second] = (await openSwitches(2)) as [Switch, Switch];
    await second.off();
    writeTopology([first, second]);
    const ran = await watch(
      ["--until-pass", "--format", "table", "--format", "json=run.json"],
      [/not green/, () => second.on()],
    );
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const flow = `cmk → web01  ${second.port}/tcp`;
    const clock = String.raw`\d\d:\d\d:\d\d`;
    const lines = ran.stdout.split("\n");
    expect(lines[0]).toMatch(new RegExp(`^${clock} UTC: watching 2 flows, 1 of them not green$`));
    expect(lines[1]).toMatch(new RegExp(`^✗ ${flow}: refused; red for 0 s, since ${clock}$`));
    expect(lines[2]).toMatch(new RegExp(`^${clock} ✓ ${flow}: refused, now open; green after \\d+ s red$`));
    expect(lines[3]).toMatch(new RegExp(`^${clock} all green$`));
    expect(lines.slice(4).join("\n")).toMatch(/\nPASS {2}2 pass, .*\n\nAll green since /);
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`^  ✓ ${flow}: open; green for \\d+ s, since ${clock}, after \\d+ s red$`)),
    );
    expect(lines.at(-3)).toMatch(/^1 cell was not asked in the last round; the oldest look is \d+ s old$/);
    expect(JSON.parse(readFileSync(sandbox.path("run.json"), "utf8"))).toMatchObject({ summary: { pass: 2, fail: 0 } });
    // What was green at the first look was left alone, and asked once more before the end.
    expect(first.accepted()).toBe(2);
  });

  it("what closes while something else is still red is seen, and no pass comes of it", async () => {
    const [first, second] = (await openSwitches(2)) as [Switch, Switch];
    await second.off();
    writeTopology([first, second]);
    const ran = await watch(
      ["--green-interval", "1s"],
      [/not green/, () => first.off()],
      [new RegExp(`${first.port}/tcp: open, now refused; red after`), (child) => child.kill("SIGINT")],
    );
    expect(ran.code).toBe(130);
    expect(second.accepted()).toBe(0);
  });

  it("what the same change closed is seen before --until-pass ends", async () => {
    const [first, second] = (await openSwitches(2)) as [Switch, Switch];
    await second.off();
    writeTopology([first, second]);
    const ran = await watch(
      ["--until-pass"],
      [/not green/, () => first.off().then(() => second.on())],
      [/open, now refused; red after/, () => first.on()],
    );
    expect(ran.code).toBe(0);
    expect(ran.stdout.match(/^[\d:]+ all green$/gm)?.length).toBeGreaterThan(0);
  });

  it("the record and the page say when each flow was asked", async () => {
    writeTopology(await openSwitches(1));
    const before = Date.now();
    await portmatrix(watchArgs("--until-pass", "--format", "json=run.json", "--format", "html=run.html"), {
      cwd: sandbox.path(""),
    });
    const { results } = JSON.parse(readFileSync(sandbox.path("run.json"), "utf8")) as Run;
    const [takenAt = ""] = results.map((result) => result.takenAt);
    expect(Date.parse(takenAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(takenAt)).toBeLessThanOrEqual(Date.now());
    expect(readFileSync(sandbox.path("run.html"), "utf8")).toContain(takenAt);
    // A run without a watch asks once, at a time that its head has.
    const once = await portmatrix(["check", "portmatrix.json", ...onlyExtra, "--format", "json"], {
      cwd: sandbox.path(""),
    });
    expect((JSON.parse(once.stdout) as Run).results.map((result) => result.takenAt)).toEqual([undefined]);
  });

  it("--for wants all green for a time, looks again meanwhile, and starts anew after a failure", async () => {
    const switches = (await openSwitches(2)) as [Switch, Switch];
    writeTopology(switches);
    const ran = await watch(
      ["--for", "2s"],
      [/all green/, () => switches[1].off()],
      [/open, now refused/, () => switches[1].on()],
    );
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`web01  ${switches[1].port}/tcp: open, now refused; red after`);
    expect(ran.stdout.match(/^[\d:]+ all green$/gm)).toHaveLength(2);
    expect(ran.stdout).toMatch(/All green since [\d:]+ UTC, for [2-9] s/);
    expect(switches[0].accepted()).toBeGreaterThan(2);
  });

  it("Ctrl-C prints the last matrix and ends with 130", async () => {
    const [one] = await openSwitches(1);
    await one.off();
    writeTopology([one]);
    const ran = await watch([], [/not green/, (child) => child.kill("SIGINT")]);
    expect(ran.code).toBe(130);
    expect(ran.stdout).toMatch(/│ cmk → web01 │ ✗ refused │/);
    expect(ran.stdout).toMatch(
      /\nINTERRUPTED .*\n\nWatched 1 flow, 1 of them not green\n {2}✗ cmk .* red for \d+ s, since/,
    );
  });

  it("a format on stdout has it for itself", async () => {
    writeTopology(await openSwitches(1));
    const ran = await portmatrix(watchArgs("--until-pass", "--format", "json"), { cwd: sandbox.path("") });
    expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { pass: 1 } });
    expect(ran.stderr).toMatch(/watching 1 flow, all green\n(.|\n)*All green since/);
    const streamed = await portmatrix(watchArgs("--until-pass", "--format", "ndjson"), { cwd: sandbox.path("") });
    expect(
      streamed.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as object),
    ).toHaveLength(3);
    expect(await portmatrix(watchArgs("--until-pass", "--quiet"), { cwd: sandbox.path("") })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("a datagram that may count as an event is sent once, and the user is told", async () => {
    const events = await udp("mute");
    const [other] = await openSwitches(1);
    await other.off();
    const server = { name: "cmk", address: "127.0.0.1", sites: [{ name: "main" }] };
    sandbox.write("portmatrix.json", {
      server: { ...server, features: ["syslog-udp"], ports: { syslog_udp: events.port } },
      hosts: [{ name: "web01", address: "127.0.0.1" }],
      requirements: [{ from: "web01", to: "server", tcp: other.port }],
    });
    const only = ["--only", "syslog-udp", "--only", `tcp-${other.port}`, "--from", "web01", "--timeout", "400ms"];
    const args = ["check", "portmatrix.json", ...only, "--watch", "--interval", "1s"];
    const { child, finished } = startPortmatrix(args, { cwd: sandbox.path("") });
    // The other flow turns in the third round at the earliest: by then the datagram could have been sent again.
    let text = "";
    let isOn = false;
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (/now open/.test(text)) child.kill("SIGINT");
      else if (!isOn && /will not be sent again/.test(text)) setTimeout(() => void other.on(), 2_500);
      isOn ||= /will not be sent again/.test(text);
    });
    const ran = await finished;
    expect(ran.stdout).toMatch(/^note: 1 probe will not be sent again.*--careful-interval/m);
    expect(ran.code).toBe(130);
    expect(events.visits).toHaveLength(1);
  });

  it.each([
    [["--until-pass"], "--until-pass: this option needs --watch"],
    [["--for", "30s"], "--for: this option needs --watch"],
    [["--bell"], "--bell: this option needs --watch"],
    [["--watch", "--interval", "100ms"], "--interval: less than 1s"],
  ])("%j is an error, and nothing is sent", async (args, message) => {
    const [one] = await openSwitches(1);
    writeTopology([one]);
    const ran = await portmatrix(["check", "portmatrix.json", ...onlyExtra, ...args], { cwd: sandbox.path("") });
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
    expect(one.accepted()).toBe(0);
  });
});

describe("in a terminal", () => {
  /** Runs a command line under a pseudo-terminal of 24 lines and 90 columns, made by script(1). */
  const inTerminal = (line: string) =>
    start(["script", "-qec", `stty rows 24 cols 90; ${line}`, "/dev/null"], {
      cwd: sandbox.path(""),
      env: { TERM: "xterm-256color", SHELL: "/bin/sh" },
    });
  const command = (...args: string[]) =>
    [process.execPath, bin, ...watchArgs(...args)].map((word) => `'${word}'`).join(" ");

  it("draws the matrix in place, rings when a cell turns, and leaves the report behind", async () => {
    const [one] = await openSwitches(1);
    await one.off();
    writeTopology([one]);
    const { child, finished } = inTerminal(command("--until-pass", "--bell"));
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const wasRed = text.includes("red for");
      text += chunk.toString();
      if (!wasRed && text.includes("red for")) void one.on();
    });
    const ran = await finished;
    expect(ran.code).toBe(0);
    const [live = "", report = ""] = ran.stdout.split(/(?=\u001B\[1mportmatrix check)/); // oxlint-disable-line no-control-regex
    expect(live).toContain("\u0007");
    expect(live).toContain("\u001B[1mportmatrix watch");
    expect(live).toMatch(/✗ refused/);
    expect(live).toMatch(/next round in \d s/);
    expect(live.endsWith("\u001B[J")).toBe(true);
    expect(report).toContain("✓ open");
    expect(report).toContain("All green since");
    expect(report).not.toMatch(/\u001B\[\d*A/); // oxlint-disable-line no-control-regex
  });

  it("is silent without --bell, and plain lines where the terminal is dumb", async () => {
    writeTopology(await openSwitches(1));
    const ran = await inTerminal(`TERM=dumb ${command("--until-pass")}`).finished;
    expect(ran.stdout).toMatch(/watching 1 flow, all green/);
    expect(ran.stdout).not.toMatch(/[\u0007\u001B]/); // oxlint-disable-line no-control-regex
  });

  it("a check shows its progress on stderr, and takes it away", async () => {
    const switches = await openSwitches(2);
    await switches[1]?.off();
    writeTopology(switches);
    const line = [process.execPath, bin, "check", "portmatrix.json", ...onlyExtra].map((word) => `'${word}'`).join(" ");
    const ran = await inTerminal(`${line} >report.txt`).finished;
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/\r[█░]{20} {2}\d of 2 probes .* ✓ 1/);
    expect(ran.stdout).toMatch(/\r\u001B\[K$/); // oxlint-disable-line no-control-regex
    expect(readFileSync(sandbox.path("report.txt"), "utf8")).toContain("✗ refused");
    const quiet = await inTerminal(`${line} --quiet`).finished;
    expect(quiet).toMatchObject({ code: 1, stdout: "" });
  });
});
