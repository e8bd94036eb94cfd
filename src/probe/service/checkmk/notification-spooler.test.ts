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
  expired,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { siteCertificate, webCertificate } from "../../../demo/certificates.ts";
import { askNotificationSpooler } from "./notification-spooler.ts";

it("is verified by its TLS, and nothing is said inside of it", async () => {
  const far = await peer(silent, await siteCertificate("main"));
  expect(await ask(askNotificationSpooler, far, { site: "main" })).toEqual({
    finding: "verified",
    saw: "TLS; what is behind it speaks only to its peers",
    site: "main",
    tlsVersion: "TLSv1.3",
    certificate: expect.objectContaining({ subject: "main" }),
  });
  expect(far.received()).toBe("");
});

it("of another site is the wrong one", async () => {
  const far = await peer(silent, await siteCertificate("other"));
  expect(await ask(askNotificationSpooler, far, { site: "main" })).toMatchObject({
    finding: "wrong-site",
    site: "other",
  });
  expect(await ask(askNotificationSpooler, far, { site: "other" })).toMatchObject({ finding: "verified" });
});

it("with a certificate that no site has is only known to speak TLS", async () => {
  const found = await ask(askNotificationSpooler, await peer(silent, await webCertificate("main")), { site: "main" });
  expect(found).toMatchObject({ finding: "handshake-only", certificate: { subject: "main" } });
});

it("with a certificate that ran out is told", async () => {
  const found = await ask(askNotificationSpooler, await peer(silent, await expired("main")));
  expect(found).toMatchObject({ finding: "certificate-expired", certificate: { subject: "main" } });
});

it("whose TLS refuses us has accepted, no more", async () => {
  const far = await peer(silent, { ...(await webCertificate("x")), ciphers: "PSK", maxVersion: "TLSv1.2" });
  expect(await ask(askNotificationSpooler, far)).toEqual({
    finding: "handshake-only",
    saw: "TLS alert handshake_failure",
  });
});

it.each<[string, Behaviour, string, string]>([
  ["stays silent", silent, "handshake-only", "accepts, speaks only to its peers"],
  ["closes at the TLS greeting", closesWhenAsked, "handshake-only", "accepts, closed the connection at a TLS greeting"],
  ["resets at the TLS greeting", resetsWhenAsked, "handshake-only", "accepts, reset the connection at a TLS greeting"],
  ["does not want us", closes, "closed", "closed before anything was said"],
  ["speaks first", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
  ["is a web server", answers("HTTP/1.1 400 Bad Request\r\n\r\n"), "wrong-service", `"HTTP/1.1 400 Bad Request"`],
  ["breaks off", breaksOff("SSH-"), "wrong-service", `"SSH-"`],
  ["says what we do not know", says("OK"), "other-answer", `"OK"`],
  ["answers what we do not know", answers("ERROR"), "other-answer", `"ERROR"`],
  ["never ends", endless(), "other-answer", `"${"A".repeat(59)}…"`],
  ["drips", drips("x"), "other-answer", expect.stringMatching(/^"x+…?"$/) as string],
])("what %s", async (_name, behaviour, finding, saw) => {
  const far = await peer(behaviour);
  expect(await ask(askNotificationSpooler, far, { patienceMs: 800 })).toEqual({ finding, saw });
  expect(far.connections()).toBe(1);
});
