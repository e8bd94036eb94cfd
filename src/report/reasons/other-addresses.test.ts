import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../test/cases/judge-case.ts";
import { judge } from "../../judge/judge.ts";
import type { Evidence, Outcome } from "../../model/outcome.ts";
import type { Expectation, Transport } from "../../model/verdict.ts";
import { otherAddressesIn } from "./other-addresses.ts";
import { phrase } from "./phrase.ts";

type Seen = readonly [address: string, outcome: Outcome, evidence?: Evidence];
interface Asked {
  protocol?: Transport;
  port?: number;
  expect?: Expectation;
}

const agent: Evidence = { service: { name: "checkmk-agent", finding: "verified" } };
const foreign: Evidence = { service: { name: "checkmk-agent", finding: "wrong-service" } };
const { open, refused, silent, unsent } = outcomes;

/** The texts of the first address: as one of several that the topology lists, and as one of several behind a name. */
function told(seen: readonly Seen[], asked: Asked = {}) {
  const base = flow({ from: "cmk", to: "web01", port: 6_556, requirement: "agent", ...asked });
  const flows = seen.map(([address]) => ({ ...base, id: `${base.id}/${address}`, address, probe: `p/${address}` }));
  const probes = new Map(
    seen.map(([address, outcome, evidence = {}], at) => [
      flows[at]?.probe ?? "",
      observed([answer(outcome, evidence, address)]),
    ]),
  );
  const senders = new Set(["cmk"]);
  const run = { stage: "live", senders, interrupted: false } as const;
  const judgements = judge({ ...run, plan: planOf(flows), observed: probes });
  const first = judgements.find(({ address }) => address === seen[0]?.[0]);
  const named = { ...base, address: "web01.example.com" };
  const answers = seen.map(([address, outcome, evidence = {}]) => answer(outcome, evidence, address));
  const [behindName] = judge({ ...run, plan: planOf([named]), observed: new Map([[named.probe, observed(answers)]]) });
  if (first === undefined || behindName === undefined) throw new Error("no judgement");
  return [phrase(first, { otherAddressesOf: otherAddressesIn(judgements) }), phrase(behindName)];
}

describe.each([0, 1])("an address that does not work beside one that does (%#)", (at) => {
  it.each<[string, readonly Seen[], Asked, string]>([
    [
      "silence",
      [
        ["fd00::5", silent],
        ["10.0.0.5", open, agent],
      ],
      {},
      "IPv4 10.0.0.5 answers as an agent, IPv6 fd00::5 does not",
    ],
    [
      "a refusal, and two that work",
      [
        ["10.0.0.5", refused],
        ["fd00::5", open, agent],
        ["fd00::6", open, agent],
      ],
      {},
      "IPv6 fd00::5 and IPv6 fd00::6 answer as an agent, IPv4 10.0.0.5 does not",
    ],
    [
      "another service",
      [
        ["fd00::5", open, foreign],
        ["10.0.0.5", open, agent],
      ],
      {},
      "IPv4 10.0.0.5 answers as an agent, IPv6 fd00::5 does not",
    ],
    [
      "no service asked",
      [
        ["fd00::5", silent],
        ["10.0.0.5", open],
      ],
      {},
      "IPv4 10.0.0.5 accepts connections, IPv6 fd00::5 does not",
    ],
    [
      "SNMP",
      [
        ["fd00::5", silent],
        ["10.0.0.5", open, { replyMatches: true, snmp: { version: "2c", sysDescr: "x" } }],
      ],
      { protocol: "udp", port: 161 },
      "IPv4 10.0.0.5 answers as an SNMP agent, IPv6 fd00::5 does not",
    ],
    [
      "ICMP",
      [
        ["fd00::5", silent],
        ["10.0.0.5", open],
      ],
      { protocol: "icmp" },
      "IPv4 10.0.0.5 answers echo requests, IPv6 fd00::5 does not",
    ],
    [
      "not sent",
      [
        ["fd00::5", unsent],
        ["10.0.0.5", open, agent],
      ],
      {},
      "IPv4 10.0.0.5 answers as an agent, IPv6 fd00::5 could not be asked",
    ],
  ])("%s", (_what, seen, asked, contrast) => {
    const one = told(seen, asked)[at];
    expect(one?.message).toContain(`; ${contrast}.`);
    if (seen[0]?.[1].kind !== "unsent") expect(one?.advice).toContain(contrast);
  });

  it("looks at the family first, or at the address", () => {
    const families: readonly Seen[] = [
      ["fd00::5", silent],
      ["10.0.0.5", open, agent],
    ];
    expect(told(families)[at]?.advice).toMatch(/^IPv4 .* does not: look at IPv6 first, at what web01 listens on/);
    const alike: readonly Seen[] = [
      ["10.0.0.6", silent],
      ["10.0.0.5", open, agent],
    ];
    expect(told(alike)[at]?.advice).toMatch(/^IPv4 .* does not: see first whether 10\.0\.0\.6 still belongs to web01/);
  });

  it.each<[string, readonly Seen[], Asked]>([
    [
      "the other is silent too",
      [
        ["fd00::5", silent],
        ["10.0.0.5", silent],
      ],
      {},
    ],
    [
      "the other is no agent either",
      [
        ["fd00::5", silent],
        ["10.0.0.5", open, foreign],
      ],
      {},
    ],
    ["there is no other", [["fd00::5", silent]], {}],
    [
      "both must be blocked",
      [
        ["fd00::5", open],
        ["10.0.0.5", open],
      ],
      { expect: "blocked" },
    ],
    [
      "twin: both work",
      [
        ["fd00::5", open, agent],
        ["10.0.0.5", open, agent],
      ],
      {},
    ],
  ])("nothing of the kind where %s", (_what, seen, asked) => {
    const one = told(seen, asked)[at];
    expect(`${one?.message} ${one?.advice}`).not.toMatch(/does not[.:]/);
  });
});
