import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isFtpWhole,
  isMysqlWhole,
  readFtpReply,
  readImapGreeting,
  readMysqlGreeting,
  readPop3Greeting,
  readSslAnswer,
} from "./greetings.ts";

const of = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
/** A packet of MySQL: its length, number 0, its body. */
const packet = (body: string) => of(`${String.fromCharCode(body.length & 255, body.length >> 8, 0, 0)}${body}`);
/** A handshake of version 10 as MySQL 8.0 sends it: version, connection, challenge, capabilities, name of the method. */
const handshake = (version: string) =>
  packet(
    `\n${version}\0\x08\0\0\0RgT1vD\x7fx\0\xff\xf7\xff\x02\0\xff\xdf\x15${"\0".repeat(10)}abcdefghijkl\0caching_sha2_password\0`,
  );

it.each([
  ["* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.\r\n", true],
  ["* PREAUTH ready\r\n", true],
  ["* ok\n", true],
  ["* BYE Too many connections\r\n", false],
])("the greeting of IMAP %j", (text, serves) => {
  expect(readImapGreeting(of(text))?.serves).toBe(serves);
});

it.each([
  ["+OK Dovecot (Debian) ready. <1.2@x>\r\n", true],
  ["+OK\r\n", true],
  ["-ERR [SYS/TEMP] busy\r\n", false],
])("the greeting of POP3 %j", (text, serves) => {
  expect(readPop3Greeting(of(text))?.serves).toBe(serves);
});

it.each([
  ["220 (vsFTPd 3.0.3)\r\n", 220],
  ["220-Welcome\r\nany line\r\n220-more\r\n220 ready\r\n", 220],
  ["421 Too many users\n", 421],
  ["120 in 5 minutes\r\n", 120],
  ["220-Welcome\r\nany line\r\n", undefined],
  ["220-Welcome\r\n2200 no end\r\n", undefined],
  ["SSH-2.0-x\r\n", undefined],
  ["220", undefined],
])("a reply of FTP %j", (text, code) => {
  expect(readFtpReply(of(text))?.code).toBe(code);
  expect(isFtpWhole(of(text))).toBe(code !== undefined || text.startsWith("SSH"));
});

describe("PostgreSQL's answer to SSLRequest", () => {
  const fields = "SFATAL\0C53300\0Msorry, too many clients already\0\0";
  it.each([
    ["S", { kind: "tls" }],
    ["N", { kind: "plain" }],
    [
      `E\0\0\0${String.fromCharCode(fields.length + 4)}${fields}`,
      { kind: "error", text: "sorry, too many clients already" },
    ],
    ["Ecould not fork new process\n\0", { kind: "error", text: "could not fork new process" }],
    ["SSH-2.0-x\r\n", undefined],
    ["NO\r\n", undefined],
    ["E", undefined],
    ["E\0", undefined],
    ["", undefined],
  ])("%j", (text, answer) => {
    expect(readSslAnswer(of(text))).toEqual(answer);
  });
});

describe("the first packet of MySQL", () => {
  it.each([
    [handshake("8.0.36"), { serves: true, text: "8.0.36" }],
    [handshake("5.5.5-10.11.6-MariaDB-0+deb12u1"), { serves: true, text: "5.5.5-10.11.6-MariaDB-0+deb12u1" }],
    [
      packet("\xffj\x04Host '10.0.0.5' is not allowed to connect to this MySQL server"),
      { serves: false, text: "error 1130: Host '10.0.0.5' is not allowed to connect to this MySQL server" },
    ],
    [packet("\xff\x10\x04#08004Too many connections"), { serves: false, text: "error 1040: Too many connections" }],
    [packet("\n\0\0"), undefined],
    [packet("\x0b8.0.36\0aaaaaaaaaaaaaaaa"), undefined],
    [handshake("8.0.36").subarray(0, 30), undefined],
    [of("SSH-2.0-x\r\n"), undefined],
  ])("%#", (bytes, greeting) => {
    expect(readMysqlGreeting(bytes)).toEqual(greeting);
    if (greeting !== undefined) expect(isMysqlWhole(bytes)).toBe(true);
  });

  it("is waited for until it is whole", () => {
    const bytes = handshake("8.0.36");
    for (let length = 0; length < bytes.length; length++) expect(isMysqlWhole(bytes.subarray(0, length))).toBe(false);
    expect(isMysqlWhole(of("HTTP/1.1 400"))).toBe(true); // no first packet is so long
  });
});

it("whatever comes is read without an error, and what is shown can be shown", () => {
  const beginnings = fc.constantFrom(
    "* OK ",
    "+OK ",
    "-ERR ",
    "220-",
    "220 ",
    "E",
    "E\0\0\0\x09M",
    "\x0a\0\0\0\n8.",
    "\x09\0\0\0\xff\x01\x02",
  );
  const bytes = fc
    .tuple(beginnings, fc.uint8Array({ maxLength: 60 }))
    .map(([text, rest]) => Uint8Array.from([...of(text), ...rest]));
  const readers = [readImapGreeting, readPop3Greeting, readFtpReply, readSslAnswer, readMysqlGreeting];
  fc.assert(
    fc.property(fc.oneof(bytes, fc.uint8Array()), (given) => {
      for (const read of readers) {
        const found = read(given);
        const text = found !== undefined && "text" in found ? found.text : "";
        expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
        expect(Array.from(text).length).toBeLessThanOrEqual(200);
      }
      expect([isFtpWhole(given), isMysqlWhole(given)].every((one) => typeof one === "boolean")).toBe(true);
    }),
  );
});
