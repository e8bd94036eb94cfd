import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  answers,
  ask,
  breaksOff,
  closes,
  closesWhenAsked,
  drips,
  endless,
  expired,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { encodeRootSearch } from "../../../wire/ldap.ts";
import { askLdap, askLdaps } from "./ldap.ts";

/** A message with an LDAPResult of that code: search done, or the operation and id given. */
const result = (code: number, operation = 0x65, id = 1) =>
  Buffer.from([0x30, 12, 2, 1, id, operation, 7, 10, 1, code, 4, 0, 4, 0]);
const entry = Buffer.from(
  "\x30\x2b\x02\x01\x01\x64\x26\x04\x00\x30\x22\x30\x20\x04\x0enamingContexts\x31\x0e\x04\x0cdc=lab,dc=de",
  "latin1",
);
/** A directory: answers a search, closes at whatever is none. */
const directory =
  (...messages: Buffer[]): Behaviour =>
  (socket) => {
    socket.on("data", (question: Buffer) => {
      if (question[0] === 0x30) socket.write(Buffer.concat(messages));
      else socket.end();
    });
  };

describe("a directory in plain text", () => {
  it.each([
    ["with a root entry", [entry, result(0)], "LDAP, dc=lab,dc=de"],
    ["that says nothing of itself", [result(0)], "LDAP"],
    ["that fails", [result(1)], "LDAP, result code 1"],
    ["that wants a bind", [result(48, 0x61)], "LDAP, result code 48"],
    ["that grants nothing", [result(50)], "LDAP, result code 50"],
  ])("%s is verified", async (_name, messages, saw) => {
    expect(await ask(askLdap, await peer(directory(...messages)))).toEqual({ finding: "verified", saw });
  });

  it.each([
    ["busy", [result(51)], "LDAP, result code 51"],
    ["unavailable", [entry, result(52)], "LDAP, dc=lab,dc=de, result code 52"],
    ["going down", [result(52, 0x78, 0)], "LDAP, result code 52"],
  ])("that is %s is not ready", async (_name, messages, saw) => {
    expect(await ask(askLdap, await peer(directory(...messages)))).toEqual({ finding: "not-ready", saw });
  });

  it("is asked for its root entry, and nothing else", async () => {
    const far = await peer(directory(result(0)));
    await ask(askLdap, far);
    expect(far.received().startsWith(Buffer.from(encodeRootSearch()).toString("latin1"))).toBe(true);
  });

  it.each<[string, Behaviour, string, string]>([
    ["does not want us", closes, "closed", "closed before answer to the search"],
    ["closes at the question", closesWhenAsked, "closed", "closed before answer to the search"],
    ["resets at the question", resetsWhenAsked, "closed", "reset before answer to the search"],
    ["stays silent", silent, "unanswered", "no answer to the search"],
    ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
    ["breaks off", breaksOff(entry.subarray(0, 20)), "other-answer", "an LDAP answer that broke off"],
    ["drips", drips(entry.toString("latin1")), "other-answer", "an LDAP answer that broke off"],
    ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
    ["never ends its entries", endless(entry.toString("latin1")), "other-answer", "an LDAP answer that broke off"],
  ])("what %s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askLdap, await peer(behaviour), { patienceMs: 500 })).toEqual({ finding, saw });
  });
});

describe("a directory with TLS", () => {
  it("is verified with its certificate", async () => {
    const far = await peer(directory(entry, result(0)), await webCertificate("ldap.test"));
    expect(await ask(askLdaps, far)).toEqual({
      finding: "verified",
      saw: "LDAP, dc=lab,dc=de",
      tlsVersion: "TLSv1.3",
      certificate: expect.objectContaining({ subject: "ldap.test" }),
    });
    expect(far.connections()).toBe(1);
  });

  it("whose certificate ran out is told", async () => {
    const found = await ask(askLdaps, await peer(directory(result(0)), await expired("ldap.test")));
    expect(found).toMatchObject({ finding: "certificate-expired", certificate: { subject: "ldap.test" } });
  });

  it("and something else inside is the wrong service", async () => {
    const far = await peer(answers("HTTP/1.1 400 Bad Request\r\n\r\n"), await webCertificate("web"));
    expect(await ask(askLdaps, far)).toMatchObject({ finding: "wrong-service", certificate: { subject: "web" } });
  });

  it.each<[string, Behaviour, string, string]>([
    ["a directory in plain text", directory(entry, result(0)), "plaintext", "LDAP, dc=lab,dc=de"],
    ["a busy directory in plain text", directory(result(51)), "plaintext", "LDAP, result code 51"],
    ["an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
    ["a close", closes, "closed", "closed at the TLS greeting"],
    ["a reset", resetsWhenAsked, "closed", "reset at the TLS greeting"],
    ["silence", silent, "unanswered", "no answer to the TLS greeting"],
    ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ])("%s instead", async (_name, behaviour, finding, saw) => {
    const far = await peer(behaviour);
    expect(await ask(askLdaps, far, { patienceMs: 600 })).toEqual({ finding, saw });
    expect(far.connections()).toBe(2);
  });

  it("TLS that nobody can agree on is tried once", async () => {
    const far = await peer(silent, { ...(await webCertificate("x")), ciphers: "PSK", maxVersion: "TLSv1.2" });
    expect(await ask(askLdaps, far)).toEqual({ finding: "tls-failed", saw: "TLS alert handshake_failure" });
  });
});
