import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Observation, observationSchema } from "../../model/outcome.ts";
import { type ProbeSpec, type Task, taskSchema } from "../../model/task.ts";
import { capabilitiesHere, firstTaskWords } from "./capabilities.ts";
import { messageShapes } from "./message-shapes.ts";
import type { Greeting, Order, Report } from "./messages.ts";
import { encode } from "./protocol.ts";
import { readOrder } from "./read-order.ts";
import { readGreeting, readReport } from "./read-report.ts";
import { readShape } from "./shape.ts";

const port = fc.integer({ min: 1, max: 65_535 });
const secret = <const Protocols extends readonly string[]>(...protocols: Protocols) =>
  fc.record({ protocol: fc.constantFrom(...protocols) as fc.Arbitrary<Protocols[number]>, password: fc.string() });
const spec: fc.Arbitrary<ProbeSpec> = fc.oneof(
  fc.record({ kind: fc.constant("tcp" as const), port, request: fc.string() }, { requiredKeys: ["kind", "port"] }),
  fc.record({ kind: fc.constant("udp" as const), port, payload: fc.constantFrom("empty", "dns", "ntp") }),
  fc.record({ kind: fc.constant("icmp" as const) }),
  fc.record({
    kind: fc.constant("snmp" as const),
    port,
    credentials: fc.oneof(
      fc.record({ version: fc.constantFrom("1", "2c"), community: fc.string() }),
      fc.record(
        {
          version: fc.constant("3" as const),
          user: fc.string(),
          context: fc.string(),
          auth: secret("md5", "sha", "sha224", "sha256", "sha384", "sha512"),
          priv: secret("des", "aes", "aes256b", "aes256r"),
        },
        { requiredKeys: ["version", "user"] },
      ),
    ),
  }),
);
const task: fc.Arbitrary<Task> = fc.record({
  id: fc.string(),
  target: fc.string({ minLength: 1 }),
  timeoutMs: fc.integer({ min: 1, max: 100_000 }),
  probe: spec,
});

const observation: Observation = {
  answers: [
    { address: "192.0.2.1", outcome: { kind: "open", rttMs: 1.5 }, evidence: { replySummary: "ä\n\u2028" } },
    { outcome: { kind: "unsent", cause: "name", detail: "no such name" }, evidence: {} },
  ],
};
const plain: Task = { id: "t", target: "192.0.2.1", timeoutMs: 100, probe: { kind: "tcp", port: 1 } };

describe("orders", () => {
  it("come back as they were sent, in one line", () => {
    fc.assert(
      fc.property(fc.nat(), task, (id, sent) => {
        const line = encode({ type: "probe", id, task: sent });
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(readOrder(line.trimEnd())).toEqual(JSON.parse(line));
      }),
    );
  });

  it("accepts no task that the schema refuses, and leaves out what it does not know", () => {
    const mutation = fc.record({
      task,
      key: fc.constantFrom(
        "id",
        "target",
        "timeoutMs",
        "careful",
        "probe",
        "probe.port",
        "probe.kind",
        "probe.credentials",
      ),
      value: fc.oneof(fc.jsonValue(), fc.constantFrom(0, 65_536, 1.5, "", "toString", "__proto__")),
    });
    fc.assert(
      fc.property(mutation, ({ task: base, key, value }) => {
        const changed = structuredClone(base) as unknown as Record<string, Record<string, unknown>>;
        const [outer, inner] = key.split(".") as [string, string | undefined];
        if (inner === undefined) Object.assign(changed, { [outer]: value });
        else Object.assign(changed["probe"] as object, { [inner]: value });
        const order = readOrder(JSON.stringify({ type: "probe", id: 1, task: changed }));
        if (order?.type === "probe") expect(taskSchema.safeParse(order.task).error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, unknown]>([
    ["no object", "hello"],
    ["a list", []],
    ["null", null],
    ["no id", { type: "cancel" }],
    ["a type that is no word", { type: 7, id: 1 }],
    ["an unknown type without a number", { type: "shell" }],
    ["no task", { type: "probe", id: 1 }],
    ["an empty target", { type: "probe", id: 1, task: { ...plain, target: "" } }],
    ["no time", { type: "probe", id: 1, task: { ...plain, timeoutMs: 0 } }],
    ["more time than a timer can hold", { type: "probe", id: 1, task: { ...plain, timeoutMs: 2 ** 31 } }],
    ["a kind that is no word", { type: "probe", id: 1, task: { ...plain, probe: { kind: ["tcp"] } } }],
    ["careful as a word", { type: "probe", id: 1, task: { ...plain, careful: "yes" } }],
    ["port 0", { type: "probe", id: 1, task: { ...plain, probe: { kind: "tcp", port: 0 } } }],
    ["SNMP without credentials", { type: "probe", id: 1, task: { ...plain, probe: { kind: "snmp", port: 161 } } }],
  ])("%s is refused", (_name, message) => {
    expect(readOrder(JSON.stringify(message))).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [{ type: "shell", id: 7 }, "shell"],
    [{ type: "probe", id: 7, task: { ...plain, probe: { kind: "constructor" } } }, "probe.constructor"],
    [
      { type: "probe", id: 7, task: { ...plain, probe: { kind: "udp", port: 1, payload: "x" } } },
      "probe.udp.payload.x",
    ],
    [
      { type: "probe", id: 7, task: { ...plain, probe: { kind: "tcp", port: 1, service: { name: "gopher" } } } },
      "probe.tcp.service.name.gopher",
    ],
    [
      { type: "probe", id: 7, task: { ...plain, probe: { kind: "snmp", port: 1, credentials: { version: "4" } } } },
      "probe.snmp.credentials.4",
    ],
  ])("%j is of a later version, and can be answered", (order, what) => {
    expect(readOrder(JSON.stringify(order))).toEqual({ type: "strange", id: 7, what: [what] });
  });

  it("keys of a later version are left out", () => {
    const task = { ...plain, colour: "red", probe: { ...plain.probe, hops: 3 } };
    expect(readOrder(JSON.stringify({ type: "probe", id: 1, task, because: 1 }))).toEqual({
      type: "probe",
      id: 1,
      task: plain,
    });
  });

  it.each<Order>([
    { type: "cancel", id: 7 },
    { type: "probe", id: 1, task: plain },
    { type: "probe", id: 1, task: { ...plain, careful: true } },
  ])("$type is read", (order) => {
    expect(readOrder(JSON.stringify(order))).toEqual(order);
  });
});

describe("greetings and reports", () => {
  it.each<Greeting>([
    { type: "hello", protocol: 1, version: "0.1.0", node: "20.19.0" },
    { type: "hello", protocol: 2, version: "9.9.9" },
    { type: "bootstrap", node: "20.19.0" },
    { type: "refused", cause: "no-node" },
    { type: "refused", cause: "old-node", node: "12.22.0" },
  ])("greeting %j comes back", (greeting) => {
    expect(readGreeting(encode(greeting).trimEnd())).toEqual(greeting);
  });

  it("capabilities come back, and others of another form are none", () => {
    const hello = { type: "hello", protocol: 1, version: "1", capabilities: capabilitiesHere() } as const;
    expect(readGreeting(encode(hello).trimEnd())).toEqual(hello);
    const { capabilities: _, ...without } = hello;
    expect(readGreeting(JSON.stringify({ ...hello, capabilities: { task: 1 } }))).toEqual(without);
  });

  it.each<Report>([
    { type: "observation", id: 1, observation },
    { type: "failed", detail: "boom" },
  ])("report $type comes back", (report) => {
    const line = encode(report);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(readReport(line.trimEnd())).toEqual({ ...report, unknownKeys: [] });
  });

  const answer = { outcome: { kind: "open", rttMs: 1 }, evidence: {} };
  const read = (one: unknown) =>
    readReport(JSON.stringify({ type: "observation", id: 1, observation: { answers: [one] } }));

  it.each<[string, unknown]>([
    ["an outcome that is no word", { ...answer, outcome: { kind: 1 } }],
    ["a time before the start", { ...answer, outcome: { kind: "open", rttMs: -1 } }],
    ["a time that is no number", { ...answer, outcome: { kind: "open", rttMs: "1" } }],
    ["an outcome without its time", { ...answer, outcome: { kind: "open" } }],
    ["no evidence", { outcome: answer.outcome }],
    ["a list for evidence", { ...answer, evidence: [] }],
  ])("an observation with %s is refused", (_name, wrong) => {
    expect(read(wrong)).toBeUndefined();
    expect(read(answer)).toMatchObject({ type: "observation", observation: { answers: [answer] } });
  });

  it("whatever is in an answer, what is read is an observation by the schema", () => {
    const fitting = { mood: 1, ttl: 3, tries: 2, method: "ping", service: { name: "ntp", finding: "verified" } };
    const change = fc.record({
      where: fc.constantFrom("answers.0", "answers.0.outcome", "answers.0.evidence", "answers.0.evidence.service"),
      key: fc.constantFrom("address", "kind", "rttMs", "ttl", "tries", "service", "name", "finding", "x", "__proto__"),
      value: fc.oneof(fc.jsonValue(), fc.constantFrom("open", "ntp", "closed", 2, -1, Infinity)),
    });
    let read = 0;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        const seen: unknown = structuredClone({ answers: [{ ...answer, evidence: fitting }] });
        for (const { where, key, value } of changes) {
          let inside = seen;
          for (const step of where.split(".")) inside = (inside as Record<string, unknown> | undefined)?.[step];
          if (typeof inside === "object" && inside !== null) Object.assign(inside, { [key]: value });
        }
        const report = readReport(JSON.stringify({ type: "observation", id: 1, observation: seen }));
        if (report?.type !== "observation") return;
        read += 1;
        expect(observationSchema.safeParse(report.observation).error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it("no answers are refused", () => {
    expect(readReport('{"type":"observation","id":1,"observation":{"answers":[]}}')).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [{ ...answer, outcome: { kind: "delayed" } }, "answers.outcome.delayed"],
    [{ ...answer, outcome: { kind: "unsent", cause: "bored", detail: "" } }, "answers.outcome.unsent.cause.bored"],
    [{ ...answer, evidence: { method: "smoke" } }, "answers.evidence.method.smoke"],
    [{ ...answer, evidence: { tries: 3 } }, "answers.evidence.tries.3"],
  ])("%j is of a later version: that one task is not understood", (strange, what) => {
    expect(read(strange)).toEqual({ type: "strange", id: 1, what: [what] });
  });

  it("keys of a later version are left out and named", () => {
    const later = { ...answer, evidence: { mood: 1, ttl: 3 }, colour: "red" };
    expect(read(later)).toEqual({
      type: "observation",
      id: 1,
      observation: { answers: [{ ...answer, evidence: { ttl: 3 } }] },
      unknownKeys: ["answers.evidence.mood", "answers.colour"],
    });
  });

  it("a report of a later kind is named", () => {
    expect(readReport('{"type":"weather","sky":"blue"}')).toEqual({ type: "strange", what: ["weather"] });
  });

  it("long texts are cut when they arrive", () => {
    const report = readReport(JSON.stringify({ type: "failed", detail: "x".repeat(1e6) }));
    expect(JSON.stringify(report).length).toBeLessThan(600);
    const seen = read({ ...answer, evidence: { replySummary: "x".repeat(1e6) } });
    expect(JSON.stringify(seen).length).toBeLessThan(700);
    expect(JSON.stringify(read({ ...answer, evidence: { ["x".repeat(1e5)]: 1 } })).length).toBeLessThan(400);
    const greeting = readGreeting(JSON.stringify({ type: "refused", cause: "bad-bundle", detail: "x".repeat(1e6) }));
    expect(JSON.stringify(greeting).length).toBeLessThan(600);
  });

  it("whatever a banner says, nothing throws and nothing is taken for a greeting or a report", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(readGreeting(line)).toBeUndefined();
        expect(readReport(line)).toBeUndefined();
        expect(readOrder(line)).toBeUndefined();
      }),
    );
  });
});

describe("what is agreed on in the hello", () => {
  it("knows every word of the first release, and each word of a task", () => {
    const { task: words } = capabilitiesHere();
    expect(firstTaskWords.filter((word) => !words.includes(word))).toEqual([]);
    fc.assert(
      fc.property(task, (one) => {
        const used = readShape(messageShapes.task, one).words.map(({ word }) => word);
        expect(used.filter((word) => !words.includes(word))).toEqual([]);
        expect(used).toContain(`probe.${one.probe.kind}`);
      }),
    );
  });
});
