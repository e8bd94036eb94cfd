import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isReceiverDescription, isReceiverNotFound, readReceiverPort } from "./agent-receiver.ts";

const description = '{"openapi":"3.1.0","info":{"title":"Checkmk Agent Receiver","version":"0.1.0"},"paths":{}}';

describe("the description of an agent receiver", () => {
  it.each([
    [description, true],
    [description.slice(0, 70), true],
    [JSON.stringify(JSON.parse(description), undefined, 2), true],
    [description.replace("Agent", "Update"), false],
    ['{"title":"Checkmk Agent Receiver"}', false],
    ["<title>Checkmk Agent Receiver</title>", false],
    ["", false],
  ])("%s: %s", (body, is) => expect(isReceiverDescription(body)).toBe(is));
});

describe("the answer to another site's path", () => {
  it.each([
    [404, '{"detail":"Not Found"}', true],
    [404, ' { "detail" : "Not Found" }\n', true],
    [404, '{"detail":"Gone"}', false],
    [404, "Not Found", false],
    [200, '{"detail":"Not Found"}', false],
  ])("%i %s: %s", (status, body, is) => expect(isReceiverNotFound(status, body)).toBe(is));
});

describe("the port of a receiver", () => {
  it.each([
    ["8000", 8_000],
    ["1", 1],
    ["65535", 65_535],
    ["65536", undefined],
    ["0", undefined],
    ["8000\n", undefined], // the agent controller takes no blanks either
    ['"8000"', undefined],
    ["-1", undefined],
    ["", undefined],
    ["<html>8000</html>", undefined],
  ])("%j: %s", (body, port) => expect(readReceiverPort(body)).toBe(port));
});

it("hostile bodies never throw and are read quickly", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2_000 }),
    fc.nat(400).map((cut) => description.repeat(4).slice(cut)),
    fc.constantFrom('"info":{'.repeat(8_000), `"info"${" ".repeat(60_000)}`, "{".repeat(60_000)),
  );
  fc.assert(
    fc.property(hostile, (body) => {
      expect(typeof isReceiverDescription(body)).toBe("boolean");
      expect(typeof isReceiverNotFound(404, body)).toBe("boolean");
      const port = readReceiverPort(body);
      if (port !== undefined) expect(String(port)).toBe(body.replace(/^0+/, ""));
    }),
  );
});
