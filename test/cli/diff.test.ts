import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { expectGolden } from "./golden.ts";
import { type Finished, portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { normaliseText, type Switch, unwrap, useSwitches } from "./switches.ts";
import { onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const openSwitches = useSwitches();
const read = (name: string): string => readFileSync(sandbox.path(name), "utf8");
const runFrom = (name: string): Run => JSON.parse(read(name)) as Run;

/** A topology that requires these ports of web01; `blocked` must be closed. */
const writeTopology = (open: readonly Switch[], blocked: readonly Switch[] = []): string =>
  sandbox.write(
    "portmatrix.json",
    topologyOf([
      ...open.map(({ port }) => ({ from: "server", to: "web01", tcp: port })),
      ...blocked.map(({ port }) => ({ from: "server", to: "web01", tcp: port, expect: "blocked" as const })),
    ]),
  );
const check = (...args: string[]): Promise<Finished> =>
  portmatrix(["check", "portmatrix.json", ...onlyExtra, ...args], { cwd: sandbox.path("") });
const diff = (...args: string[]): Promise<Finished> => portmatrix(["diff", ...args], { cwd: sandbox.path("") });

describe("a firewall change", () => {
  it("that breaks several flows is one cause, in the words of check, with --baseline as in diff", async () => {
    const switches = await openSwitches(4);
    writeTopology(switches);
    await check("--quiet", "--format", "json=before.json");
    await Promise.all(switches.map((one) => one.off()));
    const ran = await check("--baseline", "before.json", "--format", "table", "--format", "json=after.json");
    const flat = (text: string): string => text.replaceAll(/\s+/g, " ");
    const [report = "", compared = ""] = ran.stdout.split(/^portmatrix diff$/m);
    const [, headline = ""] = /What to look at first 1\. ✗ (.*? \[4 flows\])/.exec(flat(report)) ?? [];
    expect(headline).toContain("cmk → web01");
    expect(flat(compared)).toContain(`does not work now (4) ✗ ${headline}`);
    const alone = await diff("before.json", "after.json");
    expect(alone.stdout).toBe(`portmatrix diff${compared}`);
    // The twin: one flow is told by itself.
    await Promise.all(switches.slice(1).map((one) => one.on()));
    const single = await check("--baseline", "before.json", "--format", "table");
    expect(flat(single.stdout.split(/^portmatrix diff$/m)[1] ?? "")).toContain(
      `does not work now (1) ✗ cmk → web01 ${switches[0].port}/tcp: open, now refused`,
    );
  });

  it("is followed from the rule that breaks to the rule that mends", async () => {
    const switches = await openSwitches(3);
    const [first, second, third] = switches as [Switch, Switch, Switch];
    writeTopology([first, second], [third]);
    await third.off();
    expect(await check("--quiet", "--format", "json=before.json")).toMatchObject({ code: 0, stdout: "" });

    await second.off();
    const broken = await check("--baseline", "before.json", "--format", "table", "--format", "json=broken.json");
    expect(broken).toMatchObject({ code: 1, stderr: "" });
    expectGolden("test/cli/golden/diff/broken.txt", normaliseText(unwrap(broken.stdout), switches));
    expect(broken.stdout.match(/^ {2}✗ cmk → web01 {2}\d+\/tcp: open, now refused$/gm)).toEqual([
      `  ✗ cmk → web01  ${second.port}/tcp: open, now refused`,
    ]);

    // What is broken already is no regression of the next change.
    expect(await check("--baseline", "broken.json", "--quiet")).toMatchObject({ code: 0, stdout: "" });
    expect(await check("--quiet")).toMatchObject({ code: 1 });

    await second.on();
    await third.on();
    const mended = await check("--baseline", "broken.json", "--quiet", "--diff-format", "json");
    const { summary, changes } = JSON.parse(mended.stdout.trim()) as { summary: object; changes: { kind: string }[] };
    expect(mended.code).toBe(1);
    expect(summary).toMatchObject({ broken: 1, fixed: 1, unchanged: 1, verdict: "regression" });
    expect(changes).toMatchObject([
      {
        kind: "broken",
        expect: "blocked",
        port: third.port,
        old: { verdict: "warn" },
        new: { reason: "open-not-blocked" },
      },
      { kind: "fixed", expect: "open", port: second.port, old: { verdict: "fail" }, new: { verdict: "pass" } },
    ]);
  });

  it("is told in every format", async () => {
    const switches = await openSwitches(2);
    writeTopology(switches);
    await check("--quiet", "--format", "json=old.json");
    await switches[1]?.off();
    await check("--quiet", "--format", "json=new.json");
    const golden = ["json", "junit", "markdown", "csv"];
    const annotating = ["github", "gitlab", "sarif"]; // their hashes depend on the port
    const formats = ["table", ...[...golden, ...annotating].map((one) => `${one}=${one}`)];
    const ran = await diff("old.json", "new.json", ...formats.flatMap((one) => ["--format", one]));
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expectGolden("test/cli/golden/diff/table.txt", normaliseText(unwrap(ran.stdout), switches));
    for (const format of golden) {
      const text = normaliseText(read(format), switches).replaceAll(/timestamp="[^"]*"/g, 'timestamp="TIME"');
      expectGolden(`test/cli/golden/diff/${format}.txt`, text);
    }
    for (const format of annotating) {
      expect(read(format)).toContain(`${switches[1]?.port}/tcp`);
      expect(read(format)).not.toContain(`${switches[0].port}/tcp`);
    }
    expect(await diff("new.json", "old.json", "--format", "json")).toMatchObject({ code: 0 });
  });
});

describe("what fails", () => {
  const makeRuns = async (change: (run: Run) => object): Promise<void> => {
    const [one] = await openSwitches(1);
    writeTopology([one]);
    await check("--quiet", "--format", "json=old.json");
    sandbox.write("new.json", change(runFrom("old.json")));
  };
  const skipped = { verdict: "skipped", reason: "no-vantage", proof: "none", attempts: 0 } as const;

  it("--fail-on any fails for any change, also a good one", async () => {
    await makeRuns((run) => ({ ...run, results: run.results.map((one) => ({ ...one, reason: "service-answered" })) }));
    expect(await diff("old.json", "new.json")).toMatchObject({ code: 0 });
    expect(await diff("old.json", "new.json", "--fail-on", "any")).toMatchObject({ code: 1 });
    expect(await diff("old.json", "old.json", "--fail-on", "any")).toMatchObject({ code: 0 });
  });

  it("what worked and could not be tried again leaves the comparison undecided", async () => {
    await makeRuns((run) => ({ ...run, results: run.results.map((one) => ({ ...one, ...skipped })) }));
    expect(await diff("old.json", "new.json")).toMatchObject({ code: 3 });
  });

  it("a run about another product is refused, before anything is sent", async () => {
    await makeRuns((run) => ({ ...run, catalog: { ...run.catalog, product: "other" } }));
    const expected = { code: 2, stdout: "", stderr: expect.stringContaining("is about") };
    expect(await diff("old.json", "new.json")).toMatchObject(expected);
    expect(await check("--baseline", "new.json")).toMatchObject(expected);
  });

  it.each([
    ["another format of record", (run: Run) => ({ ...run, format: 2 }), "a run record of format 2"],
    [
      "no flow in common",
      (run: Run) => ({ ...run, results: run.results.map((one) => ({ ...one, id: "other" })) }),
      "no flow in common",
    ],
    ["no record at all", () => ({ hosts: [] }), "not a run record"],
  ])("%s is refused", async (_, change, message) => {
    await makeRuns(change);
    const ran = await diff("old.json", "new.json");
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
  });

  it("another catalog version is a warning, in the table or on stderr", async () => {
    await makeRuns((run) => ({ ...run, catalog: { ...run.catalog, version: "2.4" } }));
    const sentence = "Other catalog: the old run has 2.3, the new one 2.4.";
    expect(await diff("old.json", "new.json")).toMatchObject({ code: 0, stdout: expect.stringContaining(sentence) });
    expect(await diff("old.json", "new.json", "--format", "csv")).toMatchObject({
      code: 0,
      stderr: `warning: ${sentence}\n`,
    });
  });
});

describe("a port whose absence can be normal", () => {
  /** A cluster of two addresses of this machine, with DRBD where the switch listens. */
  const writeCluster = (port: number): string =>
    sandbox.write("cluster.json", {
      catalog: "checkmk/2.4",
      server: { name: "cmk", address: "127.0.0.9", sites: [{ name: "main" }] },
      clusters: [
        {
          name: "ha",
          nodes: [
            { name: "n1", address: "127.0.0.2" },
            { name: "n2", address: "127.0.0.1" },
          ],
          ports: { drbd: port },
        },
      ],
    });
  const checkCluster = (...args: string[]): Promise<Finished> =>
    portmatrix(["check", "cluster.json", "--from", "n1", "--only", "drbd", "--timeout", "2s", ...args], {
      cwd: sandbox.path(""),
    });

  it("is broken if it was open, and no change if it was closed before", async () => {
    const [drbd] = await openSwitches(1);
    writeCluster(drbd.port);
    await checkCluster("--quiet", "--format", "json=open.json");
    await drbd.off();
    const closed = await checkCluster("--baseline", "open.json", "--format", "json=closed.json");
    expect(runFrom("closed.json").results).toMatchObject([{ verdict: "warn", reason: "absence-is-normal" }]);
    expect(closed).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/open, now refused[^]*REGRESSION {2}1 broken/),
    });
    expect(await diff("open.json", "closed.json")).toMatchObject({ code: 1 });
    const annotated = await diff("open.json", "closed.json", "--format", "github");
    expect(annotated).toMatchObject({ code: 1, stdout: expect.stringContaining("::error ") });
    const twin = await checkCluster("--baseline", "closed.json");
    expect(twin).toMatchObject({ code: 0, stdout: expect.stringContaining("NO CHANGE") });
    await drbd.on();
    expect(await checkCluster("--baseline", "closed.json")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/NO REGRESSION.* 1 fixed/),
    });
  });
});

describe("check --baseline", () => {
  it("compares only what --only selects", async () => {
    const switches = await openSwitches(2);
    writeTopology(switches);
    await check("--quiet", "--format", "json=old.json");
    await switches[1]?.off();
    const ran = await check("--baseline", "old.json", "--only", `${switches[0].port}`);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/NO CHANGE .* 0 gone, .* 1 unchanged\n$/) });
  });

  it("leaves stdout to a format that is there", async () => {
    const switches = await openSwitches(1);
    writeTopology(switches);
    await check("--quiet", "--format", "json=old.json");
    const ran = await check("--baseline", "old.json", "--format", "json");
    expect(JSON.parse(ran.stdout)).toMatchObject({ format: 1, summary: { pass: 1 } });
    expect(ran.stderr).toContain("NO CHANGE");
  });

  it.each([
    [["--diff-format", "json"], "add --baseline"],
    [["--baseline", "missing.json"], "there is no such file"],
    [["--baseline", "portmatrix.json", "--diff-format", "nonsense"], '"nonsense" is not a format'],
  ])("%j is an error, and nothing is sent", async (args, message) => {
    const [one] = await openSwitches(1);
    writeTopology([one]);
    const ran = await check(...args);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
    expect(one.accepted()).toBe(0);
  });
});
