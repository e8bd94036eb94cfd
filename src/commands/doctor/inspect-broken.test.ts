import { expect, it } from "vitest";
import type { InspectionPart, InspectOrder } from "../../model/inspection.ts";
import type { Answer } from "../../model/outcome.ts";
import type { Replay } from "../../model/registration/replay.ts";
import { topologySchema } from "../../model/topology/topology.ts";
import { describeRegistration } from "../../report/doctor/record.ts";
import { renderRegistrationText } from "../../report/doctor/text.ts";
import { diagnose } from "../../diagnose/diagnose.ts";
import { inspectBroken } from "./inspect-broken.ts";
import type { Patient } from "./subject.ts";

const topology = topologySchema.parse({
  server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
  hosts: [{ name: "web01", address: "10.0.2.1" }],
});
const patient: Patient = {
  subject: {
    server: "cmk",
    addresses: ["10.0.0.5"],
    site: "main",
    host: "web01",
    hostAddresses: ["10.0.2.1"],
    agent: "pull",
    agentPort: 6556,
    expectedPort: 8000,
    expectedFrom: "default",
    otherWebPorts: [],
    plainWebPorts: [],
    proxies: [],
  },
  vantages: { host: "local", server: { exec: ["ssh", "cmk"] } },
  known: new Set(),
  pings: true,
  discovers: false,
  elsewhere: [],
  childEnv: {},
  topology,
};
const answered = (outcome: Answer["outcome"], address = "10.0.0.5"): Answer => ({ address, outcome, evidence: {} });
const refused = answered({ kind: "refused", rttMs: 1 });
const replay = (answer: Answer, more: Partial<Replay> = {}): Replay => ({
  receivers: [{ port: 8000, observation: { answers: [answer] } }],
  wayBackSkipped: "not-asked-here",
  ...more,
});

const part = (source: InspectionPart["source"], text: string, name?: string): InspectionPart => ({
  source,
  state: "read",
  bytes: Buffer.from(text).toString("base64"),
  ...(name === undefined ? {} : { name }),
});
const drops = {
  nftables: [
    { chain: { family: "inet", table: "f", name: "in", hook: "input", prio: 0, policy: "accept" } },
    {
      rule: {
        family: "inet",
        table: "f",
        chain: "in",
        expr: [
          { match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: 8000 } },
          { counter: { packets: 7, bytes: 1 } },
          { drop: null },
        ],
      },
    },
  ],
};

/** What the report says below the first broken step, and which machine was read for what. */
async function inspected(seen: Replay, parts: readonly InspectionPart[], given = patient) {
  const read: [string, InspectOrder][] = [];
  const notes: string[] = [];
  const vantageOf = async (end: string) => ({
    observe: async () => ({ answers: [refused] as [Answer] }),
    inspect: async (order: InspectOrder) => {
      read.push([end, order]);
      return parts;
    },
    close: async () => {},
    rung: "python" as const,
    description: "ssh (Python)",
  });
  const { signal } = new AbortController();
  const found = await inspectBroken(given, seen, {
    vantages: { vantageOf },
    signal,
    say: (line) => notes.push(line),
  });
  const record = describeRegistration(diagnose(given.subject, found), {
    version: "0",
    startedAt: new Date(0),
    durationMs: 1,
    interrupted: false,
  });
  const step = record.steps.find(({ name }) => name === record.firstBroken);
  return { step, read, notes, text: renderRegistrationText(record, { width: 300, colour: false }) };
}

it("the first broken step is followed by what its target says", async () => {
  const { step, read, text } = await inspected(replay(answered({ kind: "silent", waitedMs: 1 })), [
    part("nft", JSON.stringify(drops)),
  ]);
  expect(read).toEqual([["server", { ports: [8000], sites: ["main"] }]]);
  expect(step?.inspected).toEqual([
    expect.stringMatching(
      /^Read on cmk: its own firewall drops it by rule 1 of inet f in .*dport 8000 drop"; it has counted 7/,
    ),
  ]);
  expect(step?.seen[0]?.inspection).toMatchObject({ finding: "firewall", through: "ssh (Python)" });
  expect(text).toMatch(/First broken step\n.*\n {2}· Read on cmk: its own firewall drops it by rule 1/);
});

it("a firewall that lets it through explains no silence", async () => {
  const [chain] = drops.nftables;
  const { step } = await inspected(replay(answered({ kind: "silent", waitedMs: 1 })), [
    part("nft", JSON.stringify({ nftables: [chain] })),
  ]);
  expect(step?.inspected).toEqual([expect.stringContaining("look between web01 and cmk")]);
});

it("a receiver with another port in the site's settings is named, and one as expected is not", async () => {
  const sockets = part("sockets", "tables le\n");
  for (const [port, expected] of [
    ["8001", "site-setting"],
    ["8000", undefined],
  ] as const) {
    const site = part("site", `CONFIG_AGENT_RECEIVER='on'\nCONFIG_AGENT_RECEIVER_PORT='${port}'\n`, "main");
    const { step } = await inspected(replay(refused), [sockets, site]);
    const finding = step?.seen[0]?.inspection?.finding;
    if (expected === undefined) expect(finding).not.toBe("site-setting");
    else expect(finding).toBe(expected);
  }
});

it("the host is read where the way back is broken, and nobody where nothing is broken or there is no way to read", async () => {
  const works = {
    port: 8000,
    observation: {
      answers: [
        {
          address: "10.0.0.5",
          outcome: { kind: "open", rttMs: 1 },
          evidence: { service: { name: "agent-receiver", finding: "verified", tlsVersion: "TLSv1.3" } },
        },
      ] as [Answer],
    },
  };
  const silentBack = { answers: [answered({ kind: "silent", waitedMs: 1 }, "10.0.2.1")] as [Answer] };
  const back = await inspected({ receivers: [works], wayBack: silentBack }, []);
  expect(back.read).toEqual([["host", { ports: [6556], sites: [] }]]);
  expect(back.step?.seen[0]?.inspection?.finding).toBeDefined();

  const fine = await inspected({ receivers: [works], wayBackSkipped: "not-asked-here" }, []);
  expect(fine).toMatchObject({ read: [], notes: [] });

  const blind = await inspected(replay(refused), [], { ...patient, vantages: { host: "local" } });
  expect(blind).toMatchObject({ read: [], notes: [expect.stringContaining("no vantage point for cmk")] });
  expect(blind.step).not.toHaveProperty("inspected");
});
