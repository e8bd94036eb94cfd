import { BerWriter } from "asn1-ber";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginsLikeLdap, encodeRootSearch, ldapUnbind, readLdapAnswer, summariseLdapAnswer } from "./ldap.ts";

function message(id: number, operation: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  write(writer);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

const result = (operation: number, code: number, id = 1) =>
  message(id, operation, (writer) => {
    writer.writeEnumeration(code);
    writer.writeString("");
    writer.writeString("");
  });

const entry = (attributes: Record<string, string[]>) =>
  message(1, 0x64, (writer) => {
    writer.writeString("");
    writer.startSequence();
    for (const [name, values] of Object.entries(attributes)) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(0x31);
      writer.writeStringArray(values);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });

const root = {
  namingContexts: ["dc=lab,dc=test", "cn=x"],
  supportedLDAPVersion: ["2", "3"],
  vendorName: ["Lab\u001b[2J"],
};
const done = result(0x65, 0);

it("the question is a base search of the empty DN, byte for byte", () => {
  expect(Buffer.from(encodeRootSearch()).toString("latin1")).toBe(
    "\x30\x57\x02\x01\x01\x63\x52\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x01\x02\x01\x05\x01\x01\x00\x87\x0bobjectClass" +
      "\x30\x32\x04\x14supportedLDAPVersion\x04\x0enamingContexts\x04\x0avendorName",
  );
  expect([...ldapUnbind]).toEqual([...message(2, 0x42, () => undefined)].map((byte, at) => (at === 1 ? 5 : byte)));
});

describe("the answer of a directory", () => {
  it.each([
    ["an entry and its end", [entry(root), done], "LDAP v3, dc=lab,dc=test and 1 more (Lab [2J)"],
    ["an entry without values", [entry({ namingContexts: [] }), done], "LDAP"],
    ["no entry", [done], "LDAP"],
    ["insufficient rights", [result(0x65, 50)], "LDAP, result code 50"],
    ["a bind that is asked for", [result(0x61, 48)], "LDAP, result code 48"],
    ["more after the end", [done, Buffer.from("hello")], "LDAP"],
  ])("%s", (_name, messages, summary) => {
    const answer = readLdapAnswer(Buffer.concat(messages));
    expect(answer?.code).toBeTypeOf("number");
    expect(answer?.isNotice).toBe(false);
    expect(answer && summariseLdapAnswer(answer)).toBe(summary);
  });

  it("is a notice of disconnection if nobody asked", () => {
    expect(readLdapAnswer(result(0x78, 52, 0))).toMatchObject({ code: 52, isNotice: true });
  });

  it("is waited for until its result", () => {
    const whole = Buffer.concat([entry(root), done]);
    for (let end = 0; end < whole.length; end += 1) {
      expect(readLdapAnswer(whole.subarray(0, end)), `${end} bytes`).toMatchObject({ isNotice: false });
      expect(readLdapAnswer(whole.subarray(0, end))?.code, `${end} bytes`).toBeUndefined();
    }
    expect(beginsLikeLdap(whole.subarray(0, 6))).toBe(true);
  });

  it.each([
    ["a banner", "SSH-2.0-OpenSSH_9.2"],
    ["an indefinite length", "\x30\x80\x02\x01\x01"],
    ["a sequence of something else", "\x30\x03\x04\x01\x41"],
    ["a request", "\x30\x05\x02\x01\x01\x42\x00"],
    ["a length that lies", "\x30\x08\x02\x01\x01\x65\x50\x0a\x01\x00"],
    ["a result without a code", "\x30\x07\x02\x01\x01\x65\x02\x0a\x00"],
  ])("%s is none", (_name, text) => {
    expect(readLdapAnswer(Buffer.from(text, "latin1"))).toBeUndefined();
    expect(beginsLikeLdap(Buffer.from("0123456789"))).toBe(false);
  });

  it("is read without an error whatever it says", () => {
    const values = fc.dictionary(fc.string(), fc.array(fc.string({ unit: "binary" }), { maxLength: 30 }), {
      maxKeys: 30,
    });
    const broken = fc
      .tuple(values, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }))
      .map(([attributes, changes]) => {
        const bytes = Buffer.concat([entry(attributes), done]);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), broken), (bytes) => {
        const answer = readLdapAnswer(bytes);
        expect(beginsLikeLdap(bytes)).toBeTypeOf("boolean");
        const summary = answer === undefined ? "" : summariseLdapAnswer(answer);
        expect(summary).not.toMatch(/[\p{Cc}\u202e]/u);
        expect(Array.from(summary).length).toBeLessThanOrEqual(120);
      }),
    );
  });
});
