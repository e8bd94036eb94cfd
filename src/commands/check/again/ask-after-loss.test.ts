import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../../test/cases/judge-case.ts";
import { judge } from "../../../judge/judge.ts";
import type { Answer, Outcome } from "../../../model/outcome.ts";
import type { Observed } from "../../../model/run/observed.ts";
import type { ProbeSpec } from "../../../model/task.ts";
import { phrase } from "../../../report/reasons/phrase.ts";
import type { ScheduledProbe } from "../../../schedule/schedule.ts";
import { askAfterLoss } from "./ask-after-loss.ts";

const { open, silent, unsent } = outcomes;
const tcp: ProbeSpec = { kind: "tcp", port: 6556 };
const snmp = (version: "2c" | "3"): ProbeSpec => ({
  kind: "snmp",
  port: 161,
  credentials: version === "3" ? { version, user: "monitor" } : { version, community: "public" },
});

interface World {
  spec?: ProbeSpec;
  mayConfirm?: boolean;
  before?: readonly Answer[];
  later?: Outcome;
  suspected?: boolean;
  aborted?: boolean;
  already?: Partial<Observed>;
}

async function ask({ spec = tcp, mayConfirm = false, before = [answer(silent)], later = open, ...rest }: World) {
  const one = flow({ from: "cmk", to: "web01", port: 6556 });
  const plan = planOf([one]);
  const task = { id: one.probe, target: one.address, timeoutMs: 50, probe: spec };
  const tasks: ScheduledProbe[] = [{ id: one.probe, vantage: "cmk", target: one.address, task, mayConfirm }];
  const seen = new Map<string, Observed>([[one.probe, { ...observed(before), ...rest.already }]]);
  const suspicions = rest.suspected === false ? [] : [{ from: "cmk", target: one.address, silentProbes: [one.probe] }];
  const said: string[] = [];
  let asked = 0;
  await askAfterLoss(tasks, suspicions, seen, {
    concurrency: 10,
    perTarget: 4,
    perTargetGapMs: 0,
    signal: rest.aborted === true ? AbortSignal.abort() : new AbortController().signal,
    say: (line) => void said.push(line),
    observe: () => () => {
      asked += 1;
      return Promise.resolve({ answers: [answer(later)] });
    },
  });
  const judged = judge({ plan, observed: seen, stage: "live", senders: new Set(["cmk"]), interrupted: false });
  return { asked, said, result: judged.map((each) => phrase(each))[0] };
}

describe("what was silent where packets are lost is asked once more", () => {
  it("and where it answers, that counts, with a note", async () => {
    const { asked, said, result } = await ask({});
    expect(asked).toBe(1);
    expect(said).toEqual([
      "portmatrix: note: 1 target answered, but not the first packet; asking 1 silent flow of it once more\n",
    ]);
    expect(result).toMatchObject({ outcome: "open", reason: "answered-on-second-attempt", attempts: 2 });
    expect(result?.evidence.earlier).toMatchObject([{ outcome: { kind: "silent" } }]);
  });

  it("and stays silence where it is silent again, in two attempts", async () => {
    const { asked, result } = await ask({ later: silent });
    expect(asked).toBe(1);
    expect(result).toMatchObject({ outcome: "silent", reason: "no-answer", attempts: 2 });
  });

  it("and what could not be sent changes nothing", async () => {
    const { result } = await ask({ later: unsent });
    expect(result).toMatchObject({ outcome: "silent", reason: "no-answer", attempts: 1 });
  });

  it.each<[string, World, number]>([
    ["a port that may be confirmed", { mayConfirm: true, spec: { kind: "udp", port: 123, payload: "ntp" } }, 1],
    ["a TCP port that nobody accepted", {}, 1],
    ["an SNMP community", { spec: snmp("2c") }, 1],
    ["not an SNMP user", { spec: snmp("3") }, 0],
    ["not a datagram that may become an event", { spec: { kind: "udp", port: 162, payload: "empty" } }, 0],
    [
      "not a service that accepted at one of its addresses",
      { before: [answer(silent), answer(open, {}, "10.0.0.6")] },
      0,
    ],
    [
      "not what was asked again already",
      { mayConfirm: true, already: { askedSlower: { outcome: "silent", answered: 4, silent: 3 } } },
      0,
    ],
    ["not without a suspicion", { suspected: false }, 0],
    ["not after an interruption", { aborted: true }, 0],
  ])("%s", async (_, world, times) => expect((await ask(world)).asked).toBe(times));
});
