import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation } from "../model/outcome.ts";
import { type ProbeSpec, type Task, taskSchema } from "../model/task.ts";
import { encode, type Greeting, type Order, type Report } from "./protocol.ts";
import { readOrder } from "./read-order.ts";
import { readGreeting, readReport } from "./read-report.ts";

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

  it("the check by hand accepts no task that the schema refuses", () => {
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
        if (order?.type === "probe")
          expect(taskSchema.loose().safeParse(order.task).error?.issues.filter(isWrong) ?? []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, unknown]>([
    ["no object", "hello"],
    ["a list", []],
    ["null", null],
    ["no id", { type: "cancel" }],
    ["an unknown type", { type: "shell", id: 1 }],
    ["no task", { type: "probe", id: 1 }],
    ["an empty target", { type: "probe", id: 1, task: { ...plain, target: "" } }],
    ["no time", { type: "probe", id: 1, task: { ...plain, timeoutMs: 0 } }],
    ["more time than a timer can hold", { type: "probe", id: 1, task: { ...plain, timeoutMs: 2 ** 31 } }],
    ["an unknown kind", { type: "probe", id: 1, task: { ...plain, probe: { kind: "constructor" } } }],
    ["careful as a word", { type: "probe", id: 1, task: { ...plain, careful: "yes" } }],
    ["port 0", { type: "probe", id: 1, task: { ...plain, probe: { kind: "tcp", port: 0 } } }],
    ["SNMP without credentials", { type: "probe", id: 1, task: { ...plain, probe: { kind: "snmp", port: 161 } } }],
  ])("%s is refused", (_name, message) => {
    expect(readOrder(JSON.stringify(message))).toBeUndefined();
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

  it.each<Report>([
    { type: "observation", id: 1, observation },
    { type: "failed", detail: "boom" },
  ])("report $type comes back", (report) => {
    const line = encode(report);
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(readReport(line.trimEnd())).toEqual(report);
  });

  it.each<[string, unknown]>([
    ["no answers", { answers: [] }],
    ["an unknown outcome", { answers: [{ outcome: { kind: "fine" }, evidence: {} }] }],
    ["a time before the start", { answers: [{ outcome: { kind: "open", rttMs: -1 }, evidence: {} }] }],
    ["an unknown key", { answers: [{ outcome: { kind: "open", rttMs: 1 }, evidence: {}, extra: 1 }] }],
  ])("an observation with %s is refused", (_name, wrong) => {
    expect(readReport(JSON.stringify({ type: "observation", id: 1, observation: wrong }))).toBeUndefined();
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

/** Unknown keys do no harm at the far end; everything else does. */
function isWrong({ code }: { code: string }): boolean {
  return code !== "unrecognized_keys";
}
