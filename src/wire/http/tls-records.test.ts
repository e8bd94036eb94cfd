import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTlsAnswer } from "./tls-records.ts";

const record = (type: number, ...body: number[]) => [type, 3, 3, body.length >> 8, body.length & 255, ...body];
const hello = record(22, 2, 0, 0, 2, 3, 3);

describe("readTlsAnswer", () => {
  it.each([
    ["a ServerHello", hello, { greeted: true }],
    ["an alert", record(21, 2, 40), { greeted: false, alert: "handshake_failure" }],
    [
      "an alert of the controller of the Checkmk agent",
      [0x15, 3, 3, 0, 2, 2, 0x31],
      { greeted: false, alert: "access_denied" },
    ],
    [
      "an alert after the greeting",
      [...hello, ...record(21, 2, 116)],
      { greeted: true, alert: "certificate_required" },
    ],
    [
      "the first of two alerts",
      [...record(21, 2, 70), ...record(21, 1, 0)],
      { greeted: false, alert: "protocol_version" },
    ],
    ["an alert without a name", record(21, 2, 99), { greeted: false, alert: "99 (unassigned)" }],
    ["an alert that ended with TLS 1.2", record(21, 1, 100), { greeted: false, alert: "no_renegotiation" }],
    ["an alert about dates", record(21, 2, 45), { greeted: false, alert: "certificate_expired" }],
    ["an encrypted alert", record(21, ...Array.from({ length: 24 }, () => 7)), { greeted: false }],
    ["a cut alert", record(21, 2, 40).slice(0, 6), { greeted: false }],
    ["a header alone", hello.slice(0, 5), { greeted: false }],
    ["what comes after it and is no TLS", [...hello, ...Buffer.from("HTTP/1.1 400")], { greeted: true }],
  ])("reads %s", (_name, bytes, answer) => {
    expect(readTlsAnswer(Uint8Array.from(bytes))).toEqual(answer);
  });

  it.each([
    "",
    "HTTP/1.1 400 Bad Request",
    "SSH-2.0-OpenSSH_9.2",
    "\x16\x02\x01\x00\x05hello",
    "\x16\x03\x03\xff\xff",
    "\x16\x03",
  ])("%j is no TLS", (text) => {
    expect(readTlsAnswer(Buffer.from(text, "latin1"))).toBeUndefined();
  });

  it("comes to an end whatever it reads", () => {
    const records = fc.array(fc.tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ maxLength: 40 })));
    const shuffled = records.map((parts) => parts.flatMap(([type, body]) => record(type, ...body)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), shuffled), fc.nat(300), (bytes, end) => {
        const answer = readTlsAnswer(Uint8Array.from(bytes).subarray(0, end));
        expect(answer?.alert ?? "1 (unassigned)").toMatch(/^[a-z_]+$|^\d+ \(unassigned\)$/);
      }),
    );
  });
});
