import { setTimeout as sleep } from "node:timers/promises";
import type { TlsOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  breaksOff,
  closes,
  drips,
  endless,
  expired,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { askSmtp } from "./smtp.ts";

interface Mail {
  banner?: string;
  ehlo?: string;
  helo?: string;
}

/** A mail server that answers EHLO and QUIT, a line at a time, and closes after QUIT. */
const mail =
  ({
    banner = "220 mail.test ESMTP Postfix\r\n",
    ehlo = "250-mail.test\r\n250-STARTTLS\r\n250 SIZE\r\n",
    helo = "500 what?\r\n",
  }: Mail = {}): Behaviour =>
  (socket) => {
    socket.write(banner);
    socket.on("data", (line: Buffer) => {
      if (line.toString().startsWith("EHLO ")) socket.write(ehlo);
      if (line.toString().startsWith("HELO ")) socket.write(helo);
      if (line.toString().includes("QUIT")) socket.end("221 Bye\r\n");
    });
  };
const conversation = "EHLO portmatrix.invalid\r\nQUIT\r\n";

describe.each([25, 587])("on %d", (port) => {
  it("is verified, whether it offers STARTTLS or not; nothing but EHLO and QUIT is said", async () => {
    const far = await peer(mail());
    const saw = "220 mail.test ESMTP Postfix, STARTTLS offered";
    expect(await ask(askSmtp, far, { port })).toEqual({ finding: "verified", saw });
    expect(far.received()).toBe(conversation);
    expect(await ask(askSmtp, await peer(mail({ ehlo: "250 mail.test\r\n" })), { port })).toEqual({
      finding: "verified",
      saw: "220 mail.test ESMTP Postfix, no STARTTLS",
    });
  });

  it("HELO is the second question where EHLO is refused, and there is none where it is not", async () => {
    const far = await peer(mail({ ehlo: "502 unknown\r\n", helo: "250 mail.test\r\n" }));
    const saw = "220 mail.test ESMTP Postfix, HELO only";
    expect(await ask(askSmtp, far, { port })).toEqual({ finding: "verified", saw });
    expect(far.received()).toBe("EHLO portmatrix.invalid\r\nHELO portmatrix.invalid\r\nQUIT\r\n");
    const closed = await peer(mail({ banner: "554 no\r\n" }));
    await ask(askSmtp, closed, { port });
    expect(closed.received()).toBe("QUIT\r\n");
  });

  it("a greeting that is held back is waited for", async () => {
    const slow: Behaviour = async (socket, nth) => {
      await sleep(900);
      mail()(socket, nth);
    };
    const far = await peer(slow);
    expect((await ask(askSmtp, far, { port, patienceMs: 3_000 })).finding).toBe("verified");
    expect((await ask(askSmtp, far, { port, patienceMs: 300 })).finding).toBe("unanswered");
  });

  it.each<[string, Behaviour, string, string]>([
    ["is closed to us", mail({ banner: "554 5.7.1 no\r\n" }), "refuses", "554 5.7.1 no"],
    ["tells why", mail({ banner: "554-your address\r\n554 is listed\r\n" }), "refuses", "554 your address is listed"],
    ["is overloaded", mail({ banner: "421 4.3.2 later\r\n" }), "refuses", "421 4.3.2 later"],
    ["is overloaded at EHLO", mail({ ehlo: "421 later\r\n" }), "refuses", "421 later"],
    ["dislikes our name", mail({ ehlo: "550 who?\r\n", helo: "550 who?\r\n" }), "refuses", "550 who?"],
    ["does not know EHLO", mail({ banner: "220 FTP ready\r\n", ehlo: "500 what?\r\n" }), "other-answer", "500 what?"],
    [
      "says nonsense to EHLO",
      mail({ ehlo: "hello\r\n" }),
      "other-answer",
      "220 mail.test ESMTP Postfix; no reply that SMTP has to EHLO",
    ],
    ["hangs at EHLO", mail({ ehlo: "" }), "other-answer", "220 mail.test ESMTP Postfix; no answer to EHLO"],
    ["breaks off", breaksOff("220 mail"), "other-answer", "an SMTP banner that did not come whole"],
    ["drips", drips("220-wait"), "other-answer", "an SMTP banner that did not come whole"],
    ["does not want us", closes, "closed", "closed before SMTP banner"],
    ["stays silent", silent, "unanswered", "no SMTP banner"],
    ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
    ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ])("what %s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askSmtp, await peer(behaviour), { port, patienceMs: 700 })).toEqual({ finding, saw });
  });

  it("what says too much is cut", async () => {
    const banner = `220 ${"m".repeat(400)}\u001b[2J\r\n`;
    expect((await ask(askSmtp, await peer(mail({ banner })), { port })).saw).toMatch(/^220 m+…, STARTTLS offered$/);
  });
});

describe("on 465", () => {
  const port = 465;

  it("TLS comes first", async () => {
    const far = await peer(mail({ ehlo: "250 mail.test\r\n" }), await webCertificate("mail.test"));
    expect(await ask(askSmtp, far, { port })).toEqual({
      finding: "verified",
      saw: "220 mail.test ESMTP Postfix, no STARTTLS",
      tlsVersion: "TLSv1.3",
      certificate: expect.objectContaining({ subject: "mail.test" }),
    });
    expect(far.received()).toBe(conversation);
  });

  it.each(["mail.test", "other.test"])("the server is asked for its name, %s", async (name) => {
    const names: string[] = [];
    const own = await webCertificate("mail.test");
    const choose: TlsOptions["SNICallback"] = (wanted, done) => void (names.push(wanted), done(null));
    await ask(askSmtp, await peer(mail(), { ...own, SNICallback: choose }), { port, name });
    expect(names).toEqual([name]);
  });

  it("a certificate that ran out is told", async () => {
    const found = await ask(askSmtp, await peer(mail(), await expired("mail.test")), { port });
    expect(found).toMatchObject({ finding: "certificate-expired", certificate: { subject: "mail.test" } });
  });

  it("what the server says inside of TLS counts", async () => {
    const found = await ask(askSmtp, await peer(mail({ banner: "421 no\r\n" }), await webCertificate("m")), { port });
    expect(found).toMatchObject({ finding: "refuses", saw: "421 no", certificate: { subject: "m" } });
  });

  it.each<[string, Behaviour, string, string]>([
    ["a mail server in plain text", mail(), "plaintext", "220 mail.test ESMTP Postfix"],
    ["an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
    ["a close", closes, "closed", "closed at the TLS greeting"],
    ["a reset", resetsWhenAsked, "closed", "reset at the TLS greeting"],
    ["silence", silent, "unanswered", "no answer to the TLS greeting"],
    ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ])("%s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askSmtp, await peer(behaviour), { port, patienceMs: 600 })).toEqual({ finding, saw });
  });

  it("TLS that nobody can agree on has failed", async () => {
    const far = await peer(silent, { ...(await webCertificate("x")), ciphers: "PSK", maxVersion: "TLSv1.2" });
    expect(await ask(askSmtp, far, { port })).toEqual({ finding: "tls-failed", saw: "TLS alert handshake_failure" });
  });
});
