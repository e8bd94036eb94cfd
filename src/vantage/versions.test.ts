import { expect, it } from "vitest";
import { answer, worker } from "../../test/cases/fake-worker.ts";
import type { ProbeSpec, Task } from "../model/task.ts";
import { capabilitiesHere } from "./messages/capabilities.ts";
import { openExec } from "./exec.ts";
import type { Capabilities } from "./messages/messages.ts";

const { signal } = new AbortController();
const task = (probe: ProbeSpec, more: Partial<Task> = {}): Task => ({
  id: "t",
  target: "192.0.2.1",
  timeoutMs: 200,
  probe,
  ...more,
});
const plain = task({ kind: "tcp", port: 1 });
const web = task({ kind: "tcp", port: 1, service: { name: "https", site: "main" } });

/** Asks a worker of another version, and gives its outcomes and what was noted. */
async function ask(tasks: readonly Task[], hello: object, body = answer) {
  const notes: string[] = [];
  const vantage = await openExec([], {
    agentSource: worker(body, { type: "hello", protocol: 1, version: "9.9", ...hello }),
    openTimeoutMs: 10_000,
    graceMs: 500,
    signal,
    env: process.env,
    onNote: (note) => notes.push(note),
  });
  const seen: string[] = [];
  for (const one of tasks) {
    const { answers } = await vantage.observe(one, signal);
    const outcome = answers[0]?.outcome;
    seen.push(outcome?.kind === "unsent" ? `${outcome.cause}: ${outcome.detail}` : (outcome?.kind ?? "nothing"));
  }
  await vantage.close();
  return { seen, notes };
}

const here = capabilitiesHere();
const without = (...words: string[]): { capabilities: Capabilities } => {
  const lacks = (one: string) => words.some((word) => one === word || one.startsWith(`${word}.`));
  return {
    capabilities: {
      order: here.order,
      task: here.task.filter((word) => !lacks(word)),
      observation: here.observation.filter((word) => !lacks(word)),
    },
  };
};

it("a worker that knows the same is asked everything, and nothing is noted", async () => {
  expect(await ask([plain, web], { capabilities: here })).toEqual({ seen: ["open", "open"], notes: [] });
});

it("a worker of the first release, without capabilities, is asked what there was then", async () => {
  expect(await ask([plain, web], {})).toEqual({ seen: ["open", "open"], notes: [] });
});

it("what a worker does not know is not asked of it, task by task", async () => {
  const { seen, notes } = await ask([plain, web, plain], without("probe.tcp.service.name.https"));
  expect(seen).toEqual([
    "open",
    "not-supported: portmatrix 9.9 there does not know probe.tcp.service.name.https",
    "open",
  ]);
  expect(notes).toEqual([]);
  const kinds = await ask([plain, task({ kind: "icmp" })], without("probe.icmp"));
  expect(kinds.seen).toEqual(["open", "not-supported: portmatrix 9.9 there does not know probe.icmp"]);
});

it("a key that a worker would leave out is said once, and the task is carried out", async () => {
  expect(await ask([web, web, web], without("probe.tcp.service.site"))).toEqual({
    seen: ["open", "open", "open"],
    notes: ["portmatrix 9.9 there does not know and leaves out: probe.tcp.service.site"],
  });
});

it("evidence that a worker never brings back is said once", async () => {
  const { notes } = await ask([plain], without("answers.evidence.ttl", "answers.evidence.tries"));
  expect(notes).toEqual([
    "portmatrix 9.9 there brings back less than this version would: answers.evidence.tries, answers.evidence.tries.2, answers.evidence.ttl",
  ]);
});

const later = (outcome: object, evidence: object) =>
  `if (order.type === "probe") say({ type: "observation", id: order.id, observation: { answers: [
     { address: "192.0.2.1", outcome: ${JSON.stringify(outcome)}, evidence: ${JSON.stringify(evidence)} }] } });`;

it("evidence of a later version is left out and said once; the vantage point goes on", async () => {
  const body = later({ kind: "open", rttMs: 1 }, { mood: "good" });
  expect(await ask([plain, plain], {}, body)).toEqual({
    seen: ["open", "open"],
    notes: ["portmatrix 9.9 there says more than this version knows, which is left out: answers.evidence.mood"],
  });
});

it("an outcome of a later version costs its own task alone", async () => {
  const body = `if (order.id === 1) { ${later({ kind: "delayed" }, {})} } else { ${answer} }`;
  expect((await ask([plain, plain], {}, body)).seen).toEqual([
    "not-supported: portmatrix 9.9 there answered what this version does not know: answers.outcome.delayed",
    "open",
  ]);
});

it("reports of a later kind are said once; an endless stream of them ends the conversation", async () => {
  const few = await ask([plain], {}, `say({ type: "weather" }); say({ type: "weather" }); ${answer}`);
  expect(few.seen).toEqual(["open"]);
  expect(few.notes).toEqual(["portmatrix 9.9 there sends reports that this version does not know: weather"]);
  const many = await ask([plain], {}, `for (let i = 0; i < 2000; i++) say({ type: "weather" });`);
  expect(many.seen).toEqual(["vantage: the vantage point sent something that is not an observation"]);
});

it("a worker that knows of no inspection is asked for none; one that does brings what it read, and parts of a later version are left out", async () => {
  const opened = async (hello: object, body: string) => {
    const agentSource = worker(body, { type: "hello", protocol: 1, version: "9.9", ...hello });
    return openExec([], { agentSource, openTimeoutMs: 10_000, graceMs: 500, signal, env: process.env });
  };
  const body = `if (order.type === "inspect")
    for (const source of ["nft", "of-later", "end"])
      say({ type: "inspection", id: order.id, part: { source, state: "read", bytes: "" } });`;
  const order = here.order.filter((word) => word !== "inspect");
  for (const [hello, expected] of [
    [{ capabilities: here }, ["nft", "end"]],
    [{ capabilities: { ...here, order } }, undefined],
    [{}, undefined],
  ] as const) {
    const vantage = await opened(hello, body);
    const parts = await vantage.inspect?.({ ports: [6556], sites: [] });
    expect(typeof parts === "string" ? parts : parts?.map(({ source }) => source)).toEqual(expected);
    await vantage.close();
  }
});
