import { describe, expect, it } from "vitest";
import { answer, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { make, mixed, runOf, type Story, thousand } from "../../../test/cases/report-run.ts";
import { phraseCause } from "./cause-phrases.ts";
import { findCauses } from "./causes.ts";

const at = (address: string, kind: keyof typeof outcomes) => observed([answer(outcomes[kind], {}, address)]);
const hosts = ["web01", "web02", "web03"];
const ip = (name: string) => `10.0.2.${Number(name.slice(-2))}`;
const kinds = (stories: readonly Story[]) =>
  findCauses(runOf(stories).results).map(({ kind, results }) => `${kind} ${results.length}`);

describe("findCauses", () => {
  it.each<[string, Story[], string[]]>([
    ["nothing wrong", [[make.register("web01"), at("10.0.0.5", "open")]], []],
    ["one failure", [[make.register("web01"), at("10.0.0.5", "refused")]], ["flow 1"]],
    [
      "one port of one node, refused to several",
      hosts.map((host) => [make.register(host), at("10.0.0.5", "refused")] as const),
      ["service 3"],
    ],
    [
      "the same port of several nodes that answer otherwise",
      hosts.flatMap((host): Story[] => [
        [make.agent(host, ip(host)), at(ip(host), "silent")],
        [make.ping(host, ip(host)), at(ip(host), "open")],
      ]),
      ["port 3"],
    ],
    [
      "a node that answers nothing, beside one that answers",
      [
        [make.agent("web01", ip("web01")), at(ip("web01"), "silent")],
        [make.ping("web01", ip("web01")), at(ip("web01"), "silent")],
        [make.snmp("web01", ip("web01")), at(ip("web01"), "silent")],
        [make.ping("web02", ip("web02")), at(ip("web02"), "open")],
      ],
      ["targets 3"],
    ],
    [
      "a source that nothing answers",
      hosts.flatMap((host): Story[] => [
        [make.agent(host, ip(host)), at(ip(host), "silent")],
        [make.ping(host, ip(host)), at(ip(host), "silent")],
      ]),
      ["source 6"],
    ],
    [
      "UDP silence alone proves no dead node",
      [
        [make.dns("10.0.0.53"), at("10.0.0.53", "silent")],
        [make.ping("web02", ip("web02")), at(ip("web02"), "open")],
      ],
      ["flow 1"],
    ],
    [
      "several ports between two nodes",
      [
        [make.http("web01"), at("10.0.0.5", "prohibited")],
        [make.https("web01"), at("10.0.0.5", "prohibited")],
        [make.register("web01"), at("10.0.0.5", "open")],
      ],
      ["pair 2"],
    ],
    [
      "this side could not send, whatever the target",
      hosts.map((host) => [make.ping(host, ip(host)), at(ip(host), "unsent")] as const),
      ["sender 3"],
    ],
  ])("%s", (_, stories, expected) => expect(kinds(stories)).toEqual(expected));

  it("explains every problem exactly once", () => {
    for (const run of [mixed(), thousand()]) {
      const causes = findCauses(run.results);
      const explained = causes.flatMap(({ results }) => results.map(({ id }) => id));
      const problems = run.results.filter(({ verdict }) => ["fail", "unknown", "error"].includes(verdict));
      expect(explained.toSorted()).toEqual(problems.map(({ id }) => id));
    }
  });

  it("names the nodes that matter and cuts long lists", () => {
    const [first] = findCauses(thousand().results).map(phraseCause);
    expect(first?.headline).toBe("50 nodes (h0020, h0040, h0060, h0080 and 46 more) did not respond to cmk.");
  });
});
