import * as fc from "fast-check";
import { expect, it } from "vitest";
import { amqpGreeting, isAmqp } from "./amqp.ts";

it("greets with version 0-9-1", () => {
  expect(Buffer.from(amqpGreeting).toString("hex")).toBe("414d515000000901");
});

it.each([
  ["the version that is wanted instead", Buffer.from("AMQP\0\0\x09\x01", "latin1"), true],
  ["version 1.0", Buffer.from("AMQP\x00\x01\x00\x00", "latin1"), true],
  ["version 1.0 with SASL", Buffer.from("AMQP\x03\x01\x00\x00", "latin1"), true],
  ["a version that there is not", Buffer.from("AMQP\0HTTP/1.1 100 Continue", "latin1"), false],
  ["half of a header", Buffer.from("AMQP\0\0", "latin1"), false],
  ["connection.start", Buffer.from([1, 0, 0, 0, 0, 1, 0xd0, 0, 10, 0, 10, 0, 9]), true],
  ["another method", Buffer.from([1, 0, 0, 0, 0, 1, 0xd0, 0, 20, 0, 10, 0, 9]), false],
  ["a cut frame", Buffer.from([1, 0, 0, 0, 0, 1, 0xd0, 0, 10]), false],
  ["a text", Buffer.from("AMQP is great"), false],
  ["nothing", Buffer.alloc(0), false],
])("%s", (_name, bytes, expected) => {
  expect(isAmqp(bytes)).toBe(expected);
});

it("needs as many bytes as it looks at", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4 }), (bytes) => !isAmqp(bytes)));
});
