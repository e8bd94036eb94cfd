import { Session } from "node:inspector/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compare } from "../../src/judge/compare/compare.ts";
import { diffRenderers } from "../../src/report/diff/renderers.ts";
import { planRenderers } from "../../src/report/plan/renderers.ts";
import { renderers } from "../../src/report/run/renderers.ts";
import { answer, observed, outcomes, planOf } from "../cases/judge-case.ts";
import { make, runOf, type Story } from "../cases/report-run.ts";

/**
 * Counts how often each piece of JavaScript runs (the inspector's precise coverage), and never how long it takes. What
 * runs twice as often for twice the flows is linear; what runs four times as often is not, and has a name here.
 */
const session = new Session();
beforeAll(async () => {
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
});
afterAll(async () => {
  await session.post("Profiler.stopPreciseCoverage"); // it slows down whatever else runs in this process
  await session.post("Profiler.disable");
  session.disconnect();
});

type Counts = Map<string, number>;

async function countRuns(act: () => unknown): Promise<Counts> {
  await session.post("Profiler.takePreciseCoverage"); // begins at zero
  await act();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const counts: Counts = new Map();
  for (const { url, functions } of result) {
    if (url.startsWith("node:") || /vite|chai|tinyspy/.test(url)) continue; // what runs the tests
    for (const { functionName, ranges } of functions)
      for (const { startOffset, count } of ranges)
        counts.set(`${functionName} at ${startOffset} of ${url.replace(/^.*\/(?=src\/|node_modules\/)/, "")}`, count);
  }
  return counts;
}

/** Sorting takes a little more than twice as long for twice as much. */
const mostGrowth = 2.7;
/** Fewer runs than this are no loop over flows. */
const fewRuns = 2_000;

/** What grows faster than its input when that is doubled twice: the places, with their counts. */
async function growsTooFast(act: (hosts: number) => unknown, hosts: number): Promise<string[]> {
  await act(hosts); // loads what is loaded once
  const [small, middle, large] = [
    await countRuns(() => act(hosts)),
    await countRuns(() => act(2 * hosts)),
    await countRuns(() => act(4 * hosts)),
  ];
  return [...large].flatMap(([place, count]) => {
    const [first, second] = [small.get(place) ?? 0, middle.get(place) ?? 0];
    const isSteep = count > fewRuns && count - second > mostGrowth * Math.max(second - first, hosts);
    return isSteep ? [`${place}: ${first}, ${second}, ${count}`] : [];
  });
}

const kinds = ["open", "refused", "silent"] as const;

/** Hosts with an agent, SNMP and a ping; every third of each is refused, every third silent. */
function storiesOf(hosts: number, turn = 0): Story[] {
  return Array.from({ length: hosts }, (_, at) => {
    const [name, address] = [`host${at}`, `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`];
    const kind = kinds[(at + turn) % 3] ?? "open";
    const flows = [make.agent(name, address), make.snmp(name, address), make.ping(name, address), make.register(name)];
    return flows.map((one): Story => [one, observed([answer(outcomes[kind], {}, one.address)])]);
  }).flat();
}

/** Made before it is counted, so that a renderer is measured alone. */
const made = new Map<string, unknown>();
function once<Made>(key: string, make: () => Made): Made {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as Made;
}
const runAt = (hosts: number, turn = 0) => once(`run ${hosts} ${turn}`, () => runOf(storiesOf(hosts, turn)));
const planAt = (hosts: number) => once(`plan ${hosts}`, () => planOf(storiesOf(hosts).map(([one]) => one)));
const comparisonAt = (hosts: number) => once(`diff ${hosts}`, () => compare(runAt(hosts), runAt(hosts, 1)));
const whole = (rendering: string | Iterable<string>): number =>
  typeof rendering === "string" ? rendering.length : [...rendering].length;

const hosts = 100;
const options = { width: 100, colour: false };

describe("work grows as the number of flows does", { timeout: 120_000 }, () => {
  it.each(Object.entries(planRenderers))("plan, %s", async (_format, load) => {
    const render = await load();
    expect(await growsTooFast((count) => render(planAt(count), options), hosts)).toEqual([]);
  });

  it.each(Object.entries(renderers))("report, %s", async (_format, load) => {
    const render = await load();
    expect(await growsTooFast((count) => whole(render(runAt(count), options)), hosts)).toEqual([]);
  });

  it.each(Object.entries(diffRenderers))("diff, %s", async (_format, load) => {
    const render = await load();
    expect(await growsTooFast((count) => render(comparisonAt(count), options), hosts)).toEqual([]);
  });

  it("judge and phrase", async () => {
    expect(await growsTooFast((count) => runOf(storiesOf(count)), hosts)).toEqual([]);
  });

  it("compare", async () => {
    const both = (count: number) => compare(runAt(count), runAt(count, 1));
    expect(await growsTooFast(both, hosts)).toEqual([]);
  });
});

it("twin: what looks at all others for each is found and named", async () => {
  const all = Array.from({ length: 4 * hosts }, (_, at) => at);
  const lookAtAll = (count: number) =>
    all.slice(0, count).filter((one) => all.slice(0, count).some((other) => other === one + count));
  const found = await growsTooFast(lookAtAll, hosts);
  expect(found.join()).toContain("growth.test.ts");
});
