import { PassThrough } from "node:stream";
import { createSocket } from "node:dgram";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { observationSchema } from "../model/outcome.ts";
import type { Task } from "../model/task.ts";
import { capabilitiesHere } from "../vantage/messages/capabilities.ts";
import { encode } from "../vantage/messages/protocol.ts";
import { agentCommand, runAgent } from "./agent.ts";

/** A worker on two pipes; `said` resolves with its messages once it has ended. */
function start(signal?: AbortSignal) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const done = runAgent({ stdin, stdout, version: "1.2.3", ...(signal === undefined ? {} : { signal }) });
  const said = done.then(() =>
    Buffer.concat(chunks)
      .toString()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
  return { stdin, stdout, done, said };
}
const hello = { type: "hello", protocol: 1, version: "1.2.3", capabilities: capabilitiesHere() };

describe("runAgent", () => {
  let task: Task;
  let socket: ReturnType<typeof createSocket>;
  beforeEach(async () => {
    socket = createSocket("udp4");
    await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
    const probe = { kind: "udp", port: socket.address().port, payload: "empty" } as const;
    task = { id: "t", target: "127.0.0.1", timeoutMs: 60_000, probe };
  });
  afterEach(() => void socket.close());

  it("says hello, and ends with its input", async () => {
    const { stdin, said } = start();
    stdin.end();
    expect(await said).toEqual([hello]);
  });

  it("observes, also when an order arrives in pieces", async () => {
    const { stdin, stdout, said } = start();
    const line = Buffer.from(encode({ type: "probe", id: 5, task: { ...task, timeoutMs: 100 } }));
    for (const byte of line) stdin.write(Buffer.from([byte]));
    stdout.on("data", (chunk: Buffer) => void (chunk.includes("observation") && stdin.end()));
    const [, report] = await said;
    expect(report).toMatchObject({ type: "observation", id: 5 });
    expect(observationSchema.parse(report?.["observation"]).answers[0]?.outcome.kind).toBe("silent");
  });

  it.each<[string, (stdin: PassThrough, controller: AbortController) => void]>([
    ["the end of input", (stdin) => void stdin.end()],
    ["the signal", (_stdin, controller) => controller.abort()],
    ["an order to cancel", (stdin) => void stdin.end(encode({ type: "cancel", id: 1 }))],
  ])("%s aborts what is running", async (_name, act) => {
    const controller = new AbortController();
    const { stdin, said } = start(controller.signal);
    stdin.write(encode({ type: "probe", id: 1, task }));
    await new Promise<void>((arrived) => socket.once("message", () => arrived()));
    act(stdin, controller);
    const [, report] = await said;
    expect(report).toMatchObject({
      id: 1,
      observation: { answers: [{ outcome: { kind: "unsent", cause: "aborted" } }] },
    });
  });

  it("says that it does not understand, and ends", async () => {
    const { stdin, said } = start();
    stdin.write("rm -rf /\n");
    expect(await said).toEqual([hello, { type: "failed", detail: "an order cannot be understood" }]);
  });

  it("answers for an order of a later version that it does not know it, and goes on", async () => {
    const { stdin, said } = start();
    stdin.write(JSON.stringify({ type: "probe", id: 1, task: { ...task, probe: { kind: "sctp", port: 1 } } }) + "\n");
    stdin.write(JSON.stringify({ type: "trace", id: 2 }) + "\n");
    stdin.write(encode({ type: "probe", id: 3, task }));
    stdin.end();
    const [, ...reports] = await said;
    const detail = (what: string) => `portmatrix 1.2.3 at the vantage point does not know ${what}`;
    const outcomes = reports.map(({ id, observation }) => [
      id,
      observationSchema.parse(observation).answers[0]?.outcome,
    ]);
    expect(outcomes).toMatchObject([
      [1, { kind: "unsent", cause: "not-supported", detail: detail("probe.sctp") }],
      [2, { kind: "unsent", cause: "not-supported", detail: detail("trace") }],
      [3, { kind: "unsent", cause: "aborted" }],
    ]);
  });

  it("ends when nobody reads its output any more", async () => {
    const { stdin, stdout, done } = start();
    stdin.write(encode({ type: "probe", id: 1, task }));
    stdout.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    await expect(done).resolves.toBeUndefined();
  });
});

it.each([
  [1, 0],
  [2, 1],
  [Number.NaN, 1],
])("agent --accepts %d exits %d", async (accepts, code) => {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), version: "1.2.3" };
  expect(await agentCommand({ accepts }, streams)).toBe(code);
});
