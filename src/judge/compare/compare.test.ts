import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { allPass, make, mixed, runOf, storyOf } from "../../../test/cases/report-run.ts";
import type { Run } from "../../model/run/run.ts";
import { whyIncomparable } from "./comparable.ts";
import { compare, exitCodeOfComparison } from "./compare.ts";
import type { Observed } from "../../model/run/observed.ts";

const address = "10.0.0.5";
const saw = (kind: keyof typeof outcomes, earlier?: keyof typeof outcomes): Observed =>
  observed([answer(outcomes[kind])], earlier === undefined ? [] : [answer(outcomes[earlier])]);
/** A control, so that silence where a port must be blocked is a pass. */
const control = [flow({ from: "web01", port: 443 }), saw("open")] as const;

/** A run in which web01's one flow saw this; nothing if nobody could send it. */
const tcp = (seen?: Observed): Run => runOf([storyOf(make.register("web01"), seen)]);
const udp = (seen?: Observed): Run => runOf([storyOf(flow({ protocol: "udp", port: 514 }), seen)]);
const accepted = (seen: Observed): Run =>
  runOf([[flow({ protocol: "udp", port: 514, accepts: "unverifiable" }), seen]]);
const mustBlock = (seen: Observed, isAlive = true): Run =>
  runOf([[make.blocked("web01", "cmk", address, 22), seen], ...(isAlive ? [control] : [])]);

const kindsOf = (before: Run, after: Run) => compare(before, after).changes.map(({ kind }) => kind);

describe("what became of a flow", () => {
  it.each([
    ["broken: an answer turned into silence", tcp(saw("open")), tcp(saw("silent")), ["broken"]],
    ["broken: an answer turned into a refusal", tcp(saw("open")), tcp(saw("refused")), ["broken"]],
    ["broken: what worked at the second attempt fails", tcp(saw("open", "silent")), tcp(saw("silent")), ["broken"]],
    ["broken: UDP answered and is silent now", udp(saw("open")), udp(saw("silent")), ["broken"]],
    ["broken: UDP was silent and is refused now", udp(saw("silent")), udp(saw("refused")), ["broken"]],
    ["broken: what must be blocked is open", mustBlock(saw("silent")), mustBlock(saw("open")), ["broken"]],
    ["fixed: silence turned into an answer", tcp(saw("silent")), tcp(saw("open")), ["fixed"]],
    ["fixed: UDP was silent and answers", udp(saw("silent")), udp(saw("open")), ["fixed"]],
    ["fixed: at the second attempt", tcp(saw("silent")), tcp(saw("open", "silent")), ["fixed"]],
    ["changed: fails for another reason", tcp(saw("refused")), tcp(saw("silent")), ["changed"]],
    ["changed: failed, could not be tried", tcp(saw("refused")), tcp(saw("unsent")), ["changed"]],
    ["flaky: only the second attempt answered", tcp(saw("open")), tcp(saw("open", "silent")), ["flaky"]],
    [
      "flaky: fails as before, but the attempts disagree",
      tcp(saw("refused")),
      tcp(saw("refused", "silent")),
      ["flaky"],
    ],
    ["changed: was flaky, is steady", tcp(saw("open", "silent")), tcp(saw("open")), ["changed"]],
    ["lost: nobody could send", tcp(saw("open")), tcp(), ["lost"]],
    ["lost: this side failed", tcp(saw("open")), tcp(saw("unsent")), ["lost"]],
    [
      "lost: blocked before, and no control now",
      mustBlock(saw("silent")),
      mustBlock(saw("silent"), false),
      ["lost", "gone"],
    ],
    ["gained: was not tried", tcp(), tcp(saw("silent")), ["gained"]],
    ["nothing: as it was", tcp(saw("open")), tcp(saw("open")), []],
    ["nothing: fails as it did", tcp(saw("silent")), tcp(saw("silent")), []],
    ["nothing: flaky as it was", tcp(saw("open", "silent")), tcp(saw("open", "silent")), []],
    ["broken: accepted silence is refused now", accepted(saw("silent")), accepted(saw("refused")), ["broken"]],
    ["broken: it answered, and its silence is accepted now", udp(saw("open")), accepted(saw("silent")), ["broken"]],
    ["changed: the topology accepts now what it did not", udp(saw("silent")), accepted(saw("silent")), ["changed"]],
    ["changed: and the other way round", accepted(saw("silent")), udp(saw("silent")), ["changed"]],
    ["changed: refused before, accepted silence now", udp(saw("refused")), accepted(saw("silent")), ["changed"]],
    ["fixed: accepted silence turned into an answer", accepted(saw("silent")), accepted(saw("open")), ["fixed"]],
    [
      "lost? no: silence that is accepted, not tried now",
      accepted(saw("silent")),
      accepted(saw("unsent")),
      ["changed"],
    ],
    ["nothing: accepted as it was", accepted(saw("silent")), accepted(saw("silent")), []],
    ["new and gone", tcp(saw("open")), udp(saw("open")), ["new", "gone"]],
  ])("%s", (_, before, after, kinds) => {
    expect(kindsOf(before, after)).toEqual(kinds);
  });

  it("a flow whose expectation is another one is another flow", () => {
    const before = tcp(saw("open"));
    const after = { ...before, results: before.results.map((one) => ({ ...one, expect: "blocked" as const })) };
    expect(kindsOf(before, after)).toEqual(["new", "gone"]);
  });

  it("a new flow takes nothing away from those that are as they were", () => {
    const { summary } = compare(tcp(saw("open")), runOf([[make.register("web01"), saw("open")], control]));
    expect(summary).toMatchObject({ new: 1, unchanged: 1, verdict: "no-regression" });
  });

  it("counts every flow once, and gives the most urgent first", () => {
    const { changes, summary } = compare(mixed(), allPass());
    const { verdict: _, unchanged, ...counts } = summary;
    expect(changes.length).toBe(Object.values(counts).reduce((sum, count) => sum + count));
    expect(unchanged + changes.filter(({ before }) => before !== undefined).length).toBe(mixed().results.length);
    expect([...new Set(changes.map(({ kind }) => kind))]).toEqual(["gone", "gained"]);
  });
});

describe("what was open and is not any more is broken, whatever the verdict of one run", () => {
  const absent = { outcomes: ["refused", "silent"], why: "The pair is connected." } as const;
  const tolerant = flow({ requirement: "drbd", from: "n1", to: "n2", port: 7789, tolerates: { ...absent } });
  const [http, https] = [flow({ port: 80, alternative: "web" }), flow({ port: 443, alternative: "web" })];
  const drbd = (kind: keyof typeof outcomes, stage: "live" | "preinstall" = "live") =>
    runOf([[tolerant, saw(kind)]], { stage });
  const web = (kind: keyof typeof outcomes) =>
    runOf([
      [http, saw(kind)],
      [https, saw("open")],
    ]);
  const both = (v4: keyof typeof outcomes, v6: keyof typeof outcomes) =>
    runOf([[make.register("web01"), observed([answer(outcomes[v4]), answer(outcomes[v6], {}, "fd00::5")])]]);

  it.each([
    ["an absence that can be normal, refused", drbd("open"), drbd("refused"), ["broken"]],
    ["an absence that can be normal, silent", drbd("open"), drbd("silent"), ["broken"]],
    ["the same, refused before and after", drbd("refused"), drbd("refused"), []],
    ["the same, refused before and silent now", drbd("refused"), drbd("silent"), []],
    ["and open again is fixed", drbd("refused"), drbd("open"), ["fixed"]],
    ["an alternative that is satisfied all the same", web("open"), web("refused"), ["broken"]],
    ["an alternative that was closed before", web("refused"), web("refused"), []],
    [
      "one address of two, while the other fails as before",
      both("open", "silent"),
      both("refused", "silent"),
      ["broken"],
    ],
    ["both addresses fail as before", both("refused", "silent"), both("refused", "silent"), []],
    ["before the installation", drbd("open", "preinstall"), drbd("refused", "preinstall"), ["broken"]],
    ["where this side could not send, nothing closed", drbd("open"), drbd("unsent"), ["lost"]],
    ["a port that must be blocked and is closed now", mustBlock(saw("open")), mustBlock(saw("refused")), ["fixed"]],
  ])("%s", (_, before, after, kinds) => {
    expect(kindsOf(before, after)).toEqual(kinds);
    const { summary } = compare(before, after);
    expect(exitCodeOfComparison(summary, "regression")).toBe(
      kinds.includes("broken") ? 1 : kinds.includes("lost") ? 3 : 0,
    );
  });

  it("is told as its outcome alone is judged, and the run's own verdict stays beside it", () => {
    const { changes, regressions } = compare(drbd("open"), drbd("refused"));
    expect(changes).toMatchObject([
      {
        after: { verdict: "warn", reason: "absence-is-normal" },
        closed: { verdict: "fail", reason: "connection-refused", outcome: "refused" },
      },
    ]);
    expect(regressions.summary).toMatchObject({ verdict: "fail", fail: 1, warn: 0 });
  });

  it("names the address that closed", () => {
    const [change] = compare(both("open", "silent"), both("refused", "silent")).changes;
    expect(change?.after).toMatchObject({ outcome: "refused" });
    expect(change?.closed).toMatchObject({ address, outcome: "refused", reason: "connection-refused" });
  });

  it("compares a target that has moved as a whole", () => {
    const moved = (kind: keyof typeof outcomes) =>
      runOf([[make.register("web01"), observed([answer(outcomes[kind], {}, "10.0.0.99")])]]);
    expect(kindsOf(tcp(saw("open")), moved("refused"))).toEqual(["broken"]);
    expect(kindsOf(tcp(saw("open")), moved("open"))).toEqual([]);
  });
});

describe("the exit code", () => {
  const verdictOf = (before: Run, after: Run) => compare(before, after).summary;
  it.each([
    ["a regression", tcp(saw("open")), tcp(saw("silent")), 1, 1],
    ["something could not be tried again", tcp(saw("open")), tcp(), 3, 1],
    ["a repair", tcp(saw("silent")), tcp(saw("open")), 0, 1],
    ["a failure that was there before", tcp(saw("silent")), tcp(saw("silent")), 0, 0],
    ["a flow that is required no more", mustBlock(saw("silent")), runOf([control]), 0, 1],
  ])("after %s", (_, before, after, forRegression, forAny) => {
    expect(exitCodeOfComparison(verdictOf(before, after), "regression")).toBe(forRegression);
    expect(exitCodeOfComparison(verdictOf(before, after), "any")).toBe(forAny);
  });
});

describe("caveats", () => {
  const run = tcp(saw("open"));
  const later = { ...run, startedAt: "2026-11-21T20:00:00.000Z" };
  const withResult = (over: object): Run => ({ ...later, results: later.results.map((one) => ({ ...one, ...over })) });
  it.each<[string, Run, unknown]>([
    ["nothing", later, []],
    ["the folder of the topology", { ...later, topology: "/builds/7/portmatrix.yaml" }, []],
    [
      "the catalog's version",
      { ...later, catalog: { ...run.catalog, version: "2.4" } },
      [{ code: "catalog-version", old: ["2.3"], new: ["2.4"] }],
    ],
    ["the stage", { ...later, stage: "preinstall" }, [{ code: "stage", old: ["live"], new: ["preinstall"] }]],
    [
      "the topology",
      { ...later, topology: "other.yaml" },
      [{ code: "topology", old: ["portmatrix.yaml"], new: ["other.yaml"] }],
    ],
    [
      "the address",
      withResult({ address: "10.0.0.6" }),
      [{ code: "addresses", old: ["cmk 10.0.0.5"], new: ["cmk 10.0.0.6"] }],
    ],
    ["the vantage point", withResult({ vantage: "jump" }), [{ code: "vantages", old: ["web01"], new: ["jump"] }]],
    [
      "how ICMP is sent",
      withResult({ evidence: { method: "ping" } }),
      [{ code: "icmp-method", old: [], new: ["web01 ping"] }],
    ],
    [
      "the version",
      { ...later, tool: { name: "portmatrix", version: "9.0.0" } },
      [{ code: "tool-version", old: ["0.1.0"], new: ["9.0.0"] }],
    ],
    ["a note on one run", { ...later, notes: ["N"] }, [{ code: "notes", old: [], new: ["N"] }]],
    ["an interrupt", { ...later, interrupted: true }, [{ code: "interrupted", old: [], new: ["new"] }]],
    [
      "the order",
      { ...later, startedAt: "2026-11-19T20:00:00.000Z" },
      [{ code: "order", old: ["2026-11-20T20:00:00.000Z"], new: ["2026-11-19T20:00:00.000Z"] }],
    ],
  ])("%s", (_, after, caveats) => {
    expect(compare(run, after).caveats).toEqual(caveats);
  });

  it("other flows", () => {
    const { caveats } = compare(tcp(saw("open")), runOf([[make.register("web01"), saw("open")], control]));
    expect(caveats).toEqual([{ code: "flows", old: [], new: [control[0].id] }]);
  });
});

it("runs about other products, or without a common flow, are refused; a run without flows is not", () => {
  const run = tcp(saw("open"));
  expect(whyIncomparable(run, run)).toBeUndefined();
  expect(whyIncomparable(run, { ...run, catalog: { product: "other" } })).toContain("other");
  expect(whyIncomparable(run, udp(saw("open")))).toContain("no flow in common");
  expect(whyIncomparable({ ...run, results: [] }, run)).toBeUndefined();
});
