import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../../test/cases/judge-case.ts";
import type { Flow } from "../../../model/flow.ts";
import type { Observed } from "../../../model/run/observed.ts";
import type { Answer, Outcome } from "../../../model/outcome.ts";
import type { Decoy } from "../../../plan/decoys.ts";
import { sendDecoys } from "./send-decoys.ts";

const port = 24_817;
const to = (address: string, of: number, from = "cmk") => flow({ from, to: "web01", address, port: of });
const bare = (address: string): Answer => answer(outcomes.open, {}, address);
const named = (address: string): Answer =>
  answer(outcomes.open, { service: { name: "checkmk-agent", finding: "verified" } }, address);

/** What is sent, and what the record says, where these flows saw this. */
async function sent(stories: readonly (readonly [Flow, readonly Answer[]])[], says: Outcome = outcomes.refused) {
  const plan = planOf(stories.map(([one]) => one));
  const decoys = new Map(
    plan.probes.map(({ id, from, target }): [string, Decoy] => [id, { from, to: "web01", target, port }]),
  );
  const seen = new Map(stories.map(([{ probe }, answers]): [string, Observed] => [probe, observed(answers)]));
  const asked: string[] = [];
  const record = await sendDecoys({ plan, decoys, isSparedFromDecoys: (one) => one === "127.0.0.1" }, seen, {
    timeoutMs: 500,
    concurrency: 8,
    perTarget: 2,
    perTargetGapMs: 0,
    signal: new AbortController().signal,
    observe: (from) => (task) => {
      asked.push(`${from} ${task.target} ${task.probe.kind === "tcp" ? task.probe.port : ""}`);
      return Promise.resolve({ answers: [answer(says, {}, task.target)] });
    },
  });
  return { asked, record };
}

describe("sendDecoys", () => {
  it("asks where a handshake is all that is known, and says so", async () => {
    expect(await sent([[to("10.0.3.7", 7001), [bare("10.0.3.7")]]])).toEqual({
      asked: [`cmk 10.0.3.7 ${port}`],
      record: [{ from: "cmk", to: "web01", address: "10.0.3.7", port, outcome: "refused" }],
    });
  });

  it("asks nobody whose services all gave their own answers", async () => {
    const stories = [6556, 22].map((one) => [to("10.0.3.7", one), [named("10.0.3.7")]] as const);
    expect(await sent(stories)).toEqual({ asked: [], record: [] });
  });

  it("asks each address once, whatever its ports, names and senders", async () => {
    const { asked } = await sent([
      [to("10.0.3.7", 7001), [bare("10.0.3.7")]],
      [to("10.0.3.7", 7002), [bare("10.0.3.7")]],
      [to("10.0.3.7", 7001, "muc"), [bare("10.0.3.7")]],
      [to("web01.example.com", 7001), [bare("10.0.3.7"), bare("fd00::7"), named("fd00::8")]],
    ]);
    expect(asked.toSorted()).toEqual([`cmk 10.0.3.7 ${port}`, `cmk fd00::7 ${port}`]);
  });

  it("asks no address that is spared, whatever name led to it", async () => {
    expect((await sent([[to("web01", 7001), [bare("127.0.0.1")]]])).asked).toEqual([]);
  });

  it("leaves out what could not be sent", async () => {
    expect((await sent([[to("10.0.3.7", 7001), [bare("10.0.3.7")]]], outcomes.unsent)).record).toEqual([]);
  });
});
