import type { Run } from "../../src/model/run/run.ts";
import { answer, observed, outcomes } from "../cases/judge-case.ts";
import { allPass, make, mixed, runOf, type Story } from "../cases/report-run.ts";

const saw = (address: string, kind: keyof typeof outcomes) => observed([answer(outcomes[kind], {}, address)]);

/** Nothing works: refused, silent, prohibited, open where it must be blocked, and not sent for want of a privilege. */
const failing = (): Run =>
  runOf([
    [make.agent("web01", "10.0.2.1"), saw("10.0.2.1", "refused")],
    [make.ping("web01", "10.0.2.1"), saw("10.0.2.1", "unsent")],
    [make.snmp("sw01", "10.0.3.7"), saw("10.0.3.7", "silent")],
    [make.register("web01"), saw("10.0.0.5", "silent")],
    [make.register("web02"), saw("10.0.0.5", "silent")],
    [make.livestatus("muc", "10.1.0.5"), saw("10.1.0.5", "prohibited")],
    [make.smtp(25), saw("192.0.2.25", "silent")],
    [make.smtp(587), saw("192.0.2.25", "refused")],
    [make.blocked("web01", "cmk", "10.0.0.5", 22), saw("10.0.0.5", "open")],
  ]);

/** Four of five sections have no flow. */
const emptySections = (): Run => runOf([[make.dns("10.0.0.53"), saw("10.0.0.53", "open")]]);

/** No node of the run has a vantage point. */
const notSent = (): Run => runOf([[make.register("web01")], [make.http("web01")], [make.https("web01")]]);

/** Stopped before web02 had its turn. */
const interrupted = (): Run =>
  runOf([[make.register("web01"), saw("10.0.0.5", "open")], [make.register("web02")]], { interrupted: true });

/** Foreign text with everything that a terminal, a table, XML, HTML or a line format could choke on. */
const nasty =
  'a|b <img src=x> `c` ]]> & \u001B[31mred\u0007 \u202Eevil\uFFFF\uD800 "q" \'s\' # SKIP \\n \\ ::error::x%0A <<<<host>>>> {x="y"}\nline2 =1+1';

/** What strangers say, and a record that somebody made by hand. */
function hostile(): Run {
  const run = runOf([
    [
      make.snmp("sw01", "10.0.3.7"),
      observed([answer(outcomes.refused, { snmp: { version: "2c", sysDescr: nasty } }, "10.0.3.7")]),
    ],
    [make.register("web01"), observed([answer({ kind: "unsent", cause: "internal", detail: nasty })])],
    [make.ping("sw01", "10.0.3.7"), observed([answer(outcomes.silent, {}, "10.0.3.7")])],
    [make.http("web02")],
  ]);
  return {
    ...run,
    topology: nasty,
    sections: run.sections.map((section) => ({ ...section, title: { en: nasty, de: nasty } })),
    results: run.results.map((result) => ({
      ...result,
      id: `${result.id}/${nasty}`,
      service: nasty,
      from: `${result.from} ${nasty}`,
      message: `${result.message} ${nasty}`,
    })),
  };
}

/** The runs that every format is tried with. */
export const runs = {
  healthy: allPass,
  failing,
  mixed,
  "empty-sections": emptySections,
  "not-sent": notSent,
  interrupted,
  hostile,
  nothing: () => runOf([]),
} as const satisfies Record<string, () => Run>;

/** Names and runs, for `it.each`. */
export const eachRun = Object.entries(runs).map(([name, make]) => [name, make()] as const);

/** Ten thousand hosts with four flows each: every twentieth is silent, every tenth refuses, half can be sent from. */
export function tenThousand(): Run {
  const stories: Story[] = [];
  for (let n = 1; n <= 10_000; n++) {
    const name = `h${String(n).padStart(5, "0")}`;
    const address = `10.${100 + Math.floor(n / 62_500)}.${Math.floor(n / 250) % 250}.${n % 250}`;
    const kind = n % 20 === 0 ? "silent" : n % 10 === 7 ? "refused" : "open";
    stories.push(
      [make.agent(name, address), saw(address, kind)],
      [make.ping(name, address), saw(address, n % 20 === 0 ? "silent" : "open")],
      [make.snmp(name, address), saw(address, n % 20 === 0 ? "silent" : "open")],
      n % 2 === 0 ? [make.register(name)] : [make.register(name), saw("10.0.0.5", n % 9 === 0 ? "unsent" : "open")],
    );
  }
  return runOf(stories);
}
