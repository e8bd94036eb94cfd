import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { allPass, make, mixed, runOf, storyOf, thousand } from "../../../test/cases/report-run.ts";
import { renderDiff as render } from "../../../test/report/loaded-renderers.ts";
import { compare } from "../../judge/compare/compare.ts";
import type { Comparison } from "../../model/run/comparison.ts";
import type { Run } from "../../model/run/run.ts";
import { diffFormats } from "./renderers.ts";

const plain = { width: 100, colour: false };
const later = (run: Run): Run => ({ ...run, startedAt: "2026-11-21T08:00:00.000Z" });
const at = (address: string, kind: keyof typeof outcomes, earlier: (keyof typeof outcomes)[] = []) =>
  observed(
    [answer(outcomes[kind], {}, address)],
    earlier.map((one) => answer(outcomes[one], {}, address)),
  );

/** Each kind of change once, with caveats. */
const everyKind = (): Comparison => {
  const hosts = ["h1", "h2", "h3", "h4", "h5", "h6"] as const;
  const address = "10.0.0.5";
  const before = [
    at(address, "open"),
    at(address, "open"),
    at(address, "open"),
    at(address, "refused"),
    undefined,
    at(address, "silent"),
  ];
  const after = [
    at(address, "silent"),
    undefined,
    at(address, "open", ["silent"]),
    at(address, "prohibited"),
    at(address, "open"),
    at(address, "open"),
  ];
  const stories = (seen: typeof before) => hosts.map((host, i) => storyOf(make.register(host), seen[i]));
  const old = runOf([...stories(before), [make.dns("10.0.0.53"), at("10.0.0.53", "open")]]);
  const now = runOf([...stories(after), [make.livestatus("muc", "10.1.0.5"), at("10.1.0.5", "silent")]]);
  return compare(old, later({ ...now, catalog: { ...now.catalog, version: "2.4" }, stage: "preinstall" }));
};

/** One firewall rule that closed a port for many, one host that died, a drbd port whose absence can be normal, new hosts. */
const oneRule = (): Comparison => {
  const address = "10.0.0.5";
  const hosts = Array.from({ length: 9 }, (_, i) => `h${i + 1}`);
  const drbd = flow({
    section: "2.1",
    requirement: "drbd",
    service: "DRBD",
    short: "DRBD",
    from: "n1",
    to: "n2",
    address: "10.0.9.2",
    port: 7789,
    tolerates: { outcomes: ["refused"], why: "A connected pair refuses." },
  });
  const stories = (kind: "open" | "silent", livestatus: "open" | "refused", sent: boolean) => [
    ...hosts.map((host) => storyOf(make.register(host), at(address, kind))),
    storyOf(make.livestatus("muc", "10.1.0.5"), at("10.1.0.5", livestatus)),
    storyOf(drbd, at("10.0.9.2", livestatus)),
    ...["a", "b"].map((name) =>
      storyOf(flow({ from: "x1", to: name, address: "10.0.3.1", port: 22 }), sent ? at("10.0.3.1", "open") : undefined),
    ),
  ];
  return compare(runOf(stories("open", "open", true)), later(runOf(stories("silent", "refused", false))));
};

describe("golden comparisons", () => {
  it.each(["table", "markdown", "github", "csv"] as const)("one cause of many changes as %s", async (format) => {
    await expect(render[format](oneRule(), plain)).toMatchFileSnapshot(`../__golden__/diff-causes.${format}.txt`);
  });

  it.each(diffFormats)("every kind of change as %s", async (format) => {
    await expect(render[format](everyKind(), plain)).toMatchFileSnapshot(`../__golden__/diff.${format}.txt`);
  });

  it("narrow, in ASCII", async () => {
    const text = render.table(everyKind(), { width: 60, colour: false, unicode: false });
    await expect(text).toMatchFileSnapshot("../__golden__/diff-ascii.txt");
    expect(text).toMatch(/^[\n -~]*$/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it("nothing changed", () => {
    const text = render.table(compare(allPass(), later(allPass())), plain);
    expect(text).toMatch(/NO CHANGE {2}0 broken, .*, 6 unchanged\n$/);
  });
});

it("the kinds of change are told apart without colour, and colour changes nothing else", () => {
  const text = render.table(everyKind(), plain);
  const signs = [...text.matchAll(/^ {2}(\S) \S+ → /gm)].map(([, sign]) => sign);
  expect(new Set(signs).size).toBe(8);
  // oxlint-disable-next-line no-control-regex
  expect(render.table(everyKind(), { ...plain, colour: true }).replaceAll(/\u001B\[[\d;]*m/g, "")).toBe(text);
});

it("CSV and JSON have every change, however many; the texts for people count what they leave out", () => {
  const before = thousand();
  const comparison = compare(before, later({ ...before, results: [] }));
  const { length } = comparison.changes;
  expect(parse(render.csv(comparison, plain), { columns: true })).toHaveLength(length);
  expect(JSON.parse(render.json(comparison, plain))).toMatchObject({ summary: { gone: length } });
  const more = `and ${(length - 40).toLocaleString("en")} more flows`;
  expect(render.table(comparison, plain)).toContain(more);
  expect(render.markdown(comparison, plain)).toContain(more);
});

it("groups by cause with all that the new run knows, so that no sentence contradicts it", () => {
  const hosts = ["h1", "h2", "h3"];
  const stories = (kind: "open" | "silent") =>
    hosts.flatMap((host) => [
      storyOf(make.register(host), at("10.0.0.5", kind)),
      storyOf({ ...flow({ from: host, port: 443 }), requirement: "web-https" }, at("10.0.0.5", kind)),
      storyOf({ ...flow({ from: host, port: 22 }), requirement: "ssh" }, at("10.0.0.5", "open")),
    ]);
  const comparison = compare(runOf(stories("open")), later(runOf(stories("silent"))));
  for (const format of ["table", "markdown", "github"] as const) {
    expect(render[format](comparison, plain)).not.toMatch(/did not respond|Nothing responded/);
    expect(render[format](comparison, plain)).toMatch(/8000\/tcp.*h1, h2 and h3|h1, h2 and h3/);
  }
  const dead = compare(runOf(stories("open")), later(runOf(stories("silent").filter(([one]) => one.port !== 22))));
  expect(render.table(dead, plain)).toContain("cmk did not respond to 3 nodes (h1, h2 and h3).");
});

it("JUnit fails for what broke, errs for what was lost, and passes what fails as it did before", () => {
  const xml = render.junit(everyKind(), plain);
  expect(xml).toMatch(/<testsuites [^>]*tests="8" failures="1" errors="1" skipped="1"/);
  const failing = mixed();
  expect(render.junit(compare(failing, later(failing)), plain)).toContain('failures="0" errors="0"');
});

it.each(diffFormats)("foreign text does no harm in %s", (format) => {
  const before = allPass();
  const evil = "<script>|\u001B[31m]]>\u202E`@all`";
  const after = later({
    ...before,
    results: before.results.map((one) => ({ ...one, verdict: "fail" as const, message: evil, advice: evil })),
  });
  const text = render[format](compare(before, after), plain);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000B\u000C\u000E-\u001F\u202E]/);
  if (format === "markdown") expect(text).not.toMatch(/<script|@all/);
  if (format === "junit") expect(text.match(/\]\]>/g)?.length).toBe(text.match(/<!\[CDATA\[/g)?.length);
});

describe("runs with responders", () => {
  const arrival = {
    at: "2026-11-20T20:00:00.000Z",
    how: "token",
    protocol: "tcp",
    address: "10.0.0.5",
    port: 8000,
    from: "10.0.1.1",
    fromPort: 40_000,
    ttl: 63,
    tag: "0".repeat(32),
  } as const;
  const run = (kind: "open" | "silent", arrivals: (typeof arrival)[]): Run => {
    const evidence = kind === "open" ? { responder: { answered: true } } : {};
    const seen = observed([answer(outcomes[kind], evidence)], [answer(outcomes[kind], evidence)]);
    const farEnd = { state: "held", isWatched: true, arrivals } as const;
    return runOf([storyOf(make.register("web01"), { ...seen, farEnds: [{ address: "10.0.0.5", farEnd }] })]);
  };
  const told = (before: Run, after: Run) => {
    const comparison = compare(before, later(after));
    const { changes } = comparison;
    for (const format of diffFormats) expect(render[format](comparison, plain)).not.toBe("");
    return `${changes.map(({ kind }) => kind).join()} ${changes[0]?.before?.reason} ${changes[0]?.after?.reason}`;
  };
  it("are compared by what was proven: the side that a fault is on, and that it is gone", () => {
    expect(told(run("silent", []), run("silent", [arrival]))).toBe("changed path-blocked reply-lost");
    expect(told(run("silent", [arrival]), run("open", [arrival]))).toBe("changed reply-lost service-not-running");
    expect(told(run("open", [arrival]), run("silent", []))).toBe("broken service-not-running path-blocked");
  });
  it("are the same where only the times and ports of what arrived differ", () => {
    const other = {
      ...arrival,
      at: "2026-11-21T08:00:00.000Z" as const,
      fromPort: 50_000,
    } as unknown as typeof arrival;
    expect(told(run("silent", [arrival]), run("silent", [other]))).toBe(" undefined undefined");
  });
});
