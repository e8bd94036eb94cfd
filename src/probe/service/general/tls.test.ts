import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  closesWhenAsked,
  endless,
  expired,
  peer,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { askTls } from "./tls.ts";

describe("TLS", () => {
  it("of any certificate, an old one too, is verified, and nothing is asked inside", async () => {
    for (const certificate of [await webCertificate("x"), await expired("x")]) {
      const far = await peer(silent, certificate);
      const shown = { tlsVersion: "TLSv1.3", certificate: { subject: "x" } };
      expect(await ask(askTls, far)).toMatchObject({ finding: "verified", saw: "TLSv1.3", ...shown });
      expect(far.received()).toBe("");
    }
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("%s that demands a client certificate is TLS", async (maxVersion) => {
    const demanding = { requestCert: true, rejectUnauthorized: true, maxVersion };
    const found = await ask(askTls, await peer(silent, { ...(await webCertificate("x")), ...demanding }));
    expect(found).toMatchObject({ finding: "verified", certificate: { subject: "x" } });
  });

  it("is asked for the target's name", async () => {
    const names: string[] = [];
    const SNICallback = (name: string, done: (error: Error | null) => void) => void (names.push(name), done(null));
    const far = await peer(silent, { ...(await webCertificate("x")), SNICallback });
    await ask(askTls, far, { name: "esx.example.com" });
    expect(names).toEqual(["esx.example.com"]);
  });

  it.each<[string, Behaviour, string, string]>([
    ["HTTP", says("HTTP/1.1 400 Bad Request\r\n\r\n"), "plaintext", "HTTP 400 without TLS"],
    ["an SSH server", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
    ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
    ["an alert", says(Uint8Array.of(21, 3, 1, 0, 2, 2, 70)), "tls-failed", "TLS alert protocol_version"],
    ["a close", closesWhenAsked, "closed", "closed at the TLS greeting"],
    ["silence", silent, "unanswered", "no answer to the TLS greeting"],
  ])("is not %s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askTls, await peer(behaviour), { patienceMs: 400 })).toEqual({ finding, saw });
  });
});
