import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "node:net";
import { type StandIn, startStandIn, talk } from "./stand-in.ts";

const closedWithoutAnswer = { bytes: Buffer.alloc(0), end: expect.stringMatching(/closed|reset/) as string };

describe("event console status port", () => {
  let console: StandIn;
  beforeAll(async () => {
    console = await startStandIn("event-console", { EVENT_CONSOLE_PORT: "0" });
  });
  afterAll(() => console.stop());

  it("answers GET status as JSON: names, then values", async () => {
    const heard = await talk(console.port, { say: "GET status\nOutputFormat: json\n\n", half: true });
    const [names, values] = JSON.parse(heard.bytes.toString()) as [string[], number[]];
    expect(heard.end).toBe("closed");
    expect(names).toContain("status_messages");
    expect(values).toHaveLength(names.length);
  });

  it("takes the end of input for an empty line, and prints Python by default", async () => {
    const heard = await talk(console.port, { say: "GET events", half: true });
    expect(heard.bytes.toString()).toBe("[['event_id', 'event_host', 'event_text', 'event_state']]\n");
  });

  it("prints plain text on request", async () => {
    const heard = await talk(console.port, { say: "GET rules\nOutputFormat: plain\n\n" });
    expect(heard.bytes.toString()).toBe("rule_id\trule_hits\n");
  });

  it.each([
    "COMMAND FLUSH",
    "REPLICATE 0",
    "HELLO",
    "GET secrets",
    "GET status\nOutputFormat: xml",
    "GET status\nnonsense",
  ])("closes %j without an answer", async (request) => {
    expect(await talk(console.port, { say: `${request}\n\n` })).toEqual(closedWithoutAnswer);
  });

  it("serves one after the other: a silent client blocks it until its 3 s are over", async () => {
    const silent = connect({ port: console.port, host: "127.0.0.1" });
    try {
      await new Promise((resolve) => silent.once("connect", resolve));
      const say = "GET status\nOutputFormat: json\n\n";
      expect(await talk(console.port, { say, patienceMs: 500 })).toEqual({ bytes: Buffer.alloc(0), end: "silence" });
      const heard = await talk(console.port, { say, patienceMs: 10_000 });
      expect(heard.bytes.toString()).toContain("status_messages");
    } finally {
      silent.destroy();
    }
  });
});

it("accepts and closes a client that is not allowed", async () => {
  const console = await startStandIn("event-console", {
    EVENT_CONSOLE_PORT: "0",
    EVENT_CONSOLE_ONLY_FROM: "127.0.0.3",
  });
  try {
    const say = "GET rules\nOutputFormat: plain\n\n";
    expect(await talk(console.port, { say })).toEqual(closedWithoutAnswer);
    expect((await talk(console.port, { say, from: "127.0.0.3" })).bytes.toString()).toContain("rule_id");
  } finally {
    await console.stop();
  }
});
