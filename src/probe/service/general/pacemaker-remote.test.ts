import { expect, it } from "vitest";
import {
  type Behaviour,
  answers,
  ask,
  breaksOff,
  closes,
  closesWhenAsked,
  drips,
  endless,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { askPacemakerRemote } from "./pacemaker-remote.ts";

it("is verified by an alert for whoever has no shared key", async () => {
  const far = await peer(silent, { ciphers: "PSK", maxVersion: "TLSv1.2", pskCallback: () => null });
  expect(await ask(askPacemakerRemote, far)).toEqual({
    finding: "verified",
    saw: "TLS that refuses whoever has no shared key (handshake_failure)",
  });
});

it.each([
  [112, "handshake-only", "TLS alert unrecognized_name"],
  [71, "verified", "TLS that refuses whoever has no shared key (insufficient_security)"],
])("alert %d before a greeting of its own: %s", async (alert, finding, saw) => {
  const far = await peer(says(Uint8Array.of(21, 3, 3, 0, 2, 2, alert)));
  expect(await ask(askPacemakerRemote, far)).toEqual({ finding, saw });
});

it("has no certificate: TLS with one is another service", async () => {
  const far = await peer(silent, await webCertificate("web"));
  expect(await ask(askPacemakerRemote, far)).toMatchObject({
    finding: "other-answer",
    certificate: { subject: "web" },
  });
});

it("does not ask for certificates either", async () => {
  const mutual = { requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" } as const;
  const far = await peer(silent, { ...(await webCertificate("web")), ...mutual });
  expect(await ask(askPacemakerRemote, far)).toMatchObject({ finding: "tls-failed", certificate: { subject: "web" } });
});

const withoutKey = (how: string) => `${how} at a TLS greeting without its key`;
it.each<[string, Behaviour, string, string]>([
  ["stays silent", silent, "unanswered", "no answer to the TLS greeting"],
  ["closes", closes, "handshake-only", withoutKey("closed")],
  ["closes at the greeting", closesWhenAsked, "handshake-only", withoutKey("closed")],
  ["resets at the greeting", resetsWhenAsked, "handshake-only", withoutKey("reset")],
  ["breaks off", breaksOff("\x15\x03"), "handshake-only", withoutKey("reset")],
  ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
  ["is a web server", answers("HTTP/1.1 400 Bad Request\r\n\r\n"), "wrong-service", `"HTTP/1.1 400 Bad Request"`],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["drips", drips("xyz"), "wrong-service", expect.stringMatching(/^"xyz/) as string],
])("what %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askPacemakerRemote, await peer(behaviour), { patienceMs: 600 })).toEqual({ finding, saw });
});
