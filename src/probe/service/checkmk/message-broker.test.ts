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
import { siteCertificate, webCertificate } from "../../../demo/certificates.ts";
import { askMessageBroker } from "./message-broker.ts";

const mutual = { requestCert: true, rejectUnauthorized: true } as const;
const start = Buffer.from([1, 0, 0, 0, 0, 0, 9, 0, 10, 0, 10, 0, 9, 0, 0, 0, 0xce]);
/** RabbitMQ in plain text: to whatever is no AMQP it answers with the version that it speaks, and closes. */
const rabbit: Behaviour = answers((question) =>
  question.subarray(0, 4).toString() === "AMQP" ? start : "AMQP\0\0\x09\x01",
);

describe("a broker that demands a client certificate", () => {
  it.each([
    ["TLSv1.2", "TLS that demands a client certificate (handshake_failure)"],
    ["TLSv1.3", "TLS that demands a client certificate"],
  ] as const)("is verified under %s", async (maxVersion, saw) => {
    const far = await peer(silent, { ...(await siteCertificate("main")), ...mutual, maxVersion });
    const found = await ask(askMessageBroker, far, { site: "main" });
    expect(found).toMatchObject({ finding: "verified", saw, certificate: { issuer: "Site 'main' local CA" } });
    expect([far.received(), far.connections()]).toEqual(["", 0]); // no handshake was completed on its side
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("of another site is the wrong one under %s", async (maxVersion) => {
    const far = await peer(silent, { ...(await siteCertificate("other")), ...mutual, maxVersion });
    expect(await ask(askMessageBroker, far, { site: "main" })).toMatchObject({ finding: "wrong-site", site: "other" });
  });

  it("is asked for under the site's name, as other brokers do it", async () => {
    const names: string[] = [];
    const { key, cert } = await siteCertificate("main");
    const SNICallback = (name: string, done: (error: Error | null) => void) => void (names.push(name), done(null));
    const far = await peer(silent, { key, cert, ...mutual, SNICallback });
    await ask(askMessageBroker, far, { site: "main", name: "cmk.example.com" });
    await ask(askMessageBroker, far, { name: "cmk.example.com" });
    expect(names).toEqual(["main"]);
  });

  it("and whose certificate ran out is told", async () => {
    const far = await peer(silent, { ...(await expired("main")), ...mutual });
    expect(await ask(askMessageBroker, far)).toMatchObject({ finding: "certificate-expired" });
  });
});

describe("TLS that demands none", () => {
  it.each<[string, Behaviour, string, string]>([
    ["and AMQP inside", rabbit, "verified", "AMQP over TLS, without a client certificate"],
    ["and silence", silent, "unanswered", "TLS that demands no client certificate and answers no AMQP"],
    ["and a close", closes, "closed", "TLS, then the end without a reason"],
    ["and a banner", says("220 mail\r\n"), "wrong-service", `"220 mail"`],
    ["and a web server", answers("HTTP/1.1 400 Bad Request\r\n\r\n"), "wrong-service", `"HTTP/1.1 400 Bad Request"`],
    ["and an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ])("%s", async (_name, behaviour, finding, saw) => {
    const far = await peer(behaviour, await siteCertificate("main"));
    const found = await ask(askMessageBroker, far, { site: "main", patienceMs: 1_500 });
    expect(found).toMatchObject({ finding, saw, tlsVersion: "TLSv1.3", site: "main" });
  });
});

it("plain AMQP is told from other plain text", async () => {
  expect(await ask(askMessageBroker, await peer(rabbit))).toEqual({ finding: "plaintext", saw: "AMQP in plain text" });
});

it("TLS that nobody can agree on has failed", async () => {
  const far = await peer(silent, { ...(await webCertificate("x")), ciphers: "PSK", maxVersion: "TLSv1.2" });
  expect(await ask(askMessageBroker, far)).toEqual({ finding: "tls-failed", saw: "TLS alert handshake_failure" });
});

it.each<[string, Behaviour, string, string]>([
  ["does not want us", closes, "closed", "closed at the TLS greeting"],
  ["closes at the TLS greeting", closesWhenAsked, "closed", "closed at the TLS greeting"],
  ["resets at the TLS greeting", resetsWhenAsked, "closed", "reset at the TLS greeting"],
  ["stays silent", silent, "unanswered", "no answer to the TLS greeting"],
  ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
  ["breaks off in its greeting", breaksOff("\x16\x03"), "closed", "reset at the TLS greeting"],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["drips", drips("AMQP is not spoken here. "), "wrong-service", expect.stringMatching(/^"AMQP/) as string],
])("what %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askMessageBroker, await peer(behaviour), { patienceMs: 600 })).toEqual({ finding, saw });
});
