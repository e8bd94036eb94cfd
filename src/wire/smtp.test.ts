import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginsLikeSmtp, isSmtpWhole, readSmtpReply, smtpKeywords } from "./smtp.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("a reply of a mail server", () => {
  it.each([
    ["220 mail.example.com ESMTP\r\n", { code: 220, texts: ["mail.example.com ESMTP"] }],
    ["250-mail\r\n250-SIZE 10240000\r\n250 starttls\r\n", { code: 250, texts: ["mail", "SIZE 10240000", "starttls"] }],
    ["220\r\n", { code: 220, texts: [""] }],
    ["554 no\n", { code: 554, texts: ["no"] }],
    ["221 bye\r\n220 again\r\n", { code: 221, texts: ["bye"] }],
    ["220 a\u001b[2Jb\r\n", { code: 220, texts: ["a [2Jb"] }],
  ])("%j", (text, reply) => {
    expect(readSmtpReply(bytesOf(text))).toEqual(reply);
    expect(isSmtpWhole(bytesOf(text))).toBe(true);
  });

  it.each([
    "",
    "220 mail",
    "250-mail\r\n",
    "250-mail\r\n220 x\r\n",
    "SSH-2.0-x\r\n",
    "2200 x\r\n",
    "120 wait\r\n",
    "\r\n",
  ])("%j is none", (text) => {
    expect(readSmtpReply(bytesOf(text))).toBeUndefined();
  });

  it("is waited for until its last line, other lines are not", () => {
    expect(
      ["220 mail", "250-a\r\n", "250-a\r\n250 b\r\n", "SSH-2.0-x\r\n"].map((text) => isSmtpWhole(bytesOf(text))),
    ).toEqual([false, false, true, true]);
  });

  it("is recognised by its beginning", () => {
    expect(["220 ma", "220-", "220", "22", "SSH-", "2200"].map((text) => beginsLikeSmtp(bytesOf(text)))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("has keywords behind its first line", () => {
    expect(smtpKeywords({ code: 250, texts: ["STARTTLS.example.com", "size 5", "StartTLS"] })).toEqual([
      "SIZE",
      "STARTTLS",
    ]);
  });

  it("is read without an error whatever it says", () => {
    const lines = fc.array(fc.tuple(fc.constantFrom("250-", "250 ", "220 ", ""), fc.string({ unit: "binary" })));
    const replies = lines.map((parts) => bytesOf(parts.map(([code, text]) => `${code}${text}\r\n`).join("")));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), replies), (bytes) => {
        for (const text of readSmtpReply(bytes)?.texts ?? []) {
          expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
          expect(Array.from(text).length).toBeLessThanOrEqual(80);
        }
        expect(isSmtpWhole(bytes)).toBeTypeOf("boolean");
      }),
    );
  });
});
