import { describe, expect, it } from "vitest";
import { renderCheckmkLocal, renderCheckmkSpool } from "../../src/report/run/checkmk-local.ts";
import { renderCheckmkPiggyback } from "../../src/report/run/checkmk-piggyback.ts";
import { eachRun, runs } from "./runs.ts";

interface Service {
  state: number;
  name: string;
  metrics: Record<string, number>;
  summary: string;
  details: string[];
}

/** Reads one line of a local check as Checkmk does (docs/notes/reporting.md); what it would complain of is an error. */
function parseLine(line: string): Service {
  const [, state = "", quoted, bare, perf = "", rest = ""] =
    /^([0-3]) (?:"([^"']+)"|([^\s"']+)) (\S+) (.*)$/.exec(line) ?? [];
  const name = quoted ?? bare;
  if (name === undefined) throw new Error(`no local check: ${line}`);
  const metrics = perf.split("|").map((one) => {
    const [, metric, value] = /^([A-Za-z][A-Za-z0-9_]*)=(-?\d+(?:\.\d+)?)(?:;[\d.:]*){0,4}$/.exec(one) ?? [];
    if (metric === undefined) throw new Error(`bad metric: ${one}`);
    return [metric, Number(value)] as const;
  });
  const [summary = "", ...details] = rest.split(String.raw`\n`);
  return { state: Number(state), name, metrics: Object.fromEntries(metrics), summary, details };
}

/** Splits agent output into its hosts (the empty name is the host itself) and the services of their local sections. */
function parseAgent(output: string): Map<string, Service[]> {
  const hosts = new Map<string, Service[]>();
  let [host, isLocal] = ["", false];
  for (const line of output.trimEnd().split("\n")) {
    const [, piggybacked] = /^<<<<([\w.-]*)>>>>$/.exec(line) ?? [];
    const [, section] = /^<<<([a-z_]+(?::sep\(\d+\))?)>>>$/.exec(line) ?? [];
    if (piggybacked !== undefined) [host, isLocal] = [piggybacked, false];
    else if (section !== undefined) {
      if (section !== "local:sep(0)") throw new Error(`unknown section ${section}`);
      isLocal = true;
      hosts.set(host, hosts.get(host) ?? []);
    } else if (!isLocal) throw new Error(`outside of a section: ${line}`);
    else hosts.get(host)?.push(parseLine(line));
  }
  if (host !== "") throw new Error(`the output ends inside the data of ${host}`);
  for (const [name, services] of hosts) {
    const names = services.map((service) => service.name);
    if (new Set(names).size < names.length) throw new Error(`a service stands twice at ${name}`);
  }
  return hosts;
}

const total = (services: readonly Service[]): number =>
  services.flatMap(({ metrics }) => Object.values(metrics)).reduce((sum, count) => sum + count, 0);

describe.each(eachRun)("%s", (_, run) => {
  it("local: one service for each section that has flows", () => {
    const services = renderCheckmkLocal(run).trimEnd().split("\n").map(parseLine);
    const sections = new Set(run.results.map(({ section }) => section)).size;
    expect(services).toHaveLength(Math.max(sections, 1));
    expect(total(services)).toBe(run.results.length);
    const { fail, unknown, error } = run.summary;
    const worst = services.map(({ state }) => state);
    expect(worst.includes(2)).toBe(fail > 0);
    if (unknown + error > 0) expect(worst.some((state) => state >= 2)).toBe(true);
  });

  it("spool: the same inside its section", () => {
    const own = parseAgent(renderCheckmkSpool(run)).get("");
    expect(own).toEqual(renderCheckmkLocal(run).trimEnd().split("\n").map(parseLine));
  });

  it("piggyback: every flow at both of its ends", () => {
    const hosts = parseAgent(renderCheckmkPiggyback(run));
    const names = (which: RegExp) => [...hosts.values()].flat().filter(({ name }) => which.test(name));
    expect(total(names(/^Ports incoming$/))).toBe(run.results.length);
    expect(total(names(/^Ports outgoing$/))).toBe(run.results.length);
  });
});

describe("states", () => {
  const stateOf = (text: string, name: RegExp) =>
    text
      .trimEnd()
      .split("\n")
      .map(parseLine)
      .find((service) => name.test(service.name));

  it("what needs no action stays OK, what was not sent does not", () => {
    const text = renderCheckmkLocal(runs.mixed());
    expect(stateOf(text, /^Ports 7 /)).toMatchObject({ state: 0, summary: "2 pass, 2 warn" }); // alternatives satisfied
    expect(stateOf(text, /^Ports 2\.1 /)).toMatchObject({
      state: 2,
      summary: expect.stringContaining("3 fail") as string,
    });
    const [nothing] = renderCheckmkLocal(runs["not-sent"]()).trimEnd().split("\n").map(parseLine);
    expect(nothing).toMatchObject({ state: 3, summary: "3 skipped" });
    expect(nothing?.details).toEqual(["skipped: 3 flows not checked; to be sent from web01"]);
  });

  it("a caveat is a WARN", () => {
    const run = runs.mixed();
    const results = run.results.filter(({ verdict, section }) => section === "2.1" && /pass|warn/.test(verdict));
    expect(stateOf(renderCheckmkLocal({ ...run, results }), /2\.1/)?.state).toBe(1);
  });

  it("says of a part of the run only what holds for the whole", () => {
    const run = runs.mixed();
    const results = run.results.map((one) => (one.to === "db01" ? { ...one, section: "7" } : one));
    expect(renderCheckmkLocal({ ...run, results })).not.toContain("answered nothing");
  });
});

it.each(["4 a - text", '0 "a" "b" - text', "0 it's - text", "0 a metric text", "0 a m-m=1 text", "0 two words - text"])(
  "the reader refuses %j",
  (line) => {
    expect(() => parseLine(line)).toThrow(/no local check|bad metric/);
  },
);

it.each(["0 a b=1 x\n", "<<<<h>>>>\n<<<local:sep(0)>>>\n0 a b=1 x\n", "<<<local:sep(0)>>>\n0 a b=1 x\n0 a b=1 y\n"])(
  "the reader of agent output refuses %j",
  (output) => {
    expect(() => parseAgent(output)).toThrow(/outside of a section|ends inside|stands twice/);
  },
);
