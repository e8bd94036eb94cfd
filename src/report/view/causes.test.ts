import { describe, expect, it } from "vitest";
import { answer, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { make, mixed, runOf, type Story, thousand } from "../../../test/cases/report-run.ts";
import { phraseCause } from "./cause-phrases.ts";
import { cellText } from "./cell.ts";
import { findCauses } from "./causes.ts";
import { matricesOf } from "./matrix.ts";

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

describe("a cause never forgets what answers at another address of the same target", () => {
  const agent = { service: { name: "checkmk-agent", finding: "verified" } } as const;
  const v6 = (host: string) => `fd00::${Number(host.slice(-2))}`;
  const at6 = (host: string): Story => [
    { ...make.agent(host, v6(host)), id: `2.1/agent/cmk->${host}/tcp/6556/${v6(host)}` },
    at(v6(host), "silent"),
  ];
  const at4 = (host: string, kind: keyof typeof outcomes): Story => [
    { ...make.agent(host, ip(host)), id: `2.1/agent/cmk->${host}/tcp/6556/${ip(host)}` },
    observed([answer(outcomes[kind], kind === "open" ? agent : {}, ip(host))]),
  ];
  const first = (stories: readonly Story[]) => findCauses(runOf(stories).results).map(phraseCause)[0];
  const register6 = (from: string): Story => [
    {
      ...make.register(from),
      address: "fd00::5",
      id: `2.2/agent-registration/${from}->cmk/tcp/8000/fd00::5`,
      probe: `${from}->fd00::5/tcp/8000`,
    },
    at("fd00::5", "silent"),
  ];
  const register4 = (from: string): Story => [
    { ...make.register(from), id: `2.2/agent-registration/${from}->cmk/tcp/8000/10.0.0.5` },
    at("10.0.0.5", "open"),
  ];

  it("one flow", () => {
    const cause = first([at6("web01"), at4("web01", "open")]);
    expect(cause?.headline).toContain("IPv4 10.0.2.1 answers as an agent, IPv6 fd00::1 does not.");
    expect(cause?.advice).toContain("look at IPv6 first");
  });

  it("one port of several nodes", () => {
    const cause = first(hosts.flatMap((host) => [at6(host), at4(host, "open")]));
    expect(cause?.headline).toContain(
      "no answer on 3 nodes (web01, web02 and web03). Over IPv4 they answer as an agent, over IPv6 not.",
    );
    expect(cause?.advice).toContain("look at IPv6 first");
  });

  it("one port of one node, from several", () => {
    const cause = first(hosts.flatMap((host) => [register6(host), register4(host)]));
    expect(cause?.headline).toContain("IPv4 10.0.0.5 accepts connections, IPv6 fd00::5 does not.");
    expect(cause?.advice).toMatch(/^Look at IPv6 first/);
  });

  it("of several ports, names those of which it is true", () => {
    const to = (port: number, address: string, kind: "silent" | "open"): Story => [
      {
        ...make.register("web01"),
        address,
        port,
        id: `2.2/on-${port}/web01->cmk/tcp/${port}/${address}`,
        probe: `web01->${address}/tcp/${port}`,
        requirement: `on-${port}`,
      },
      at(address, kind),
    ];
    const stories = (kind: "silent" | "open") => [
      to(443, "fd00::5", "silent"),
      to(443, "10.0.0.5", "open"),
      to(8000, "fd00::5", "silent"),
      to(8000, "10.0.0.5", kind),
      to(80, "fd00::5", "open"),
      to(80, "10.0.0.5", "open"),
    ];
    const some = first(stories("silent"));
    expect(some?.headline).toContain("On 443/tcp IPv4 10.0.0.5 accepts connections, IPv6 fd00::5 does not.");
    expect(some?.advice).not.toContain("ook at IPv6 first");
    const all = first(stories("open"));
    expect(all?.headline).toContain(". IPv4 10.0.0.5 accepts connections, IPv6 fd00::5 does not.");
    expect(all?.advice).toContain("ook at IPv6 first");
  });

  it("twin: where no other address answers, there is no such sentence", () => {
    const cause = first(hosts.flatMap((host) => [at6(host), at4(host, "silent")]));
    expect(`${cause?.headline} ${cause?.advice}`).not.toMatch(/Over IPv|IPv6 first|does not\./);
  });

  it("the cell names the family", () => {
    const texts = (kind: keyof typeof outcomes) =>
      matricesOf(runOf([at6("web01"), at4("web01", kind)])).flatMap(({ rows }) =>
        rows.flatMap(({ cells }) => cells.map((cell) => (cell === undefined ? "" : cellText(cell)))),
      );
    expect(texts("open")).toEqual(["no answer IPv6"]);
    expect(texts("silent")).toEqual(["no answer x2"]);
    expect(texts("refused")).toEqual(["refused 1/2"]);
  });

  it("so does that of a name with both", () => {
    const both = observed([answer(outcomes.silent, {}, "fd00::1"), answer(outcomes.open, agent, ip("web01"))]);
    const [matrix] = matricesOf(runOf([[make.agent("web01", "web01.example.com"), both]]));
    expect(matrix?.rows.map(({ cells }) => cells[0] && cellText(cells[0]))).toEqual(["no answer IPv6"]);
  });
});
