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
  first,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { siteCertificate, webCertificate } from "../../../demo/certificates.ts";
import { askLivestatus } from "./livestatus.ts";

const query =
  "GET status\nColumns: program_version program_start livestatus_version\n" +
  "OutputFormat: json\nResponseHeader: fixed16\n\n";

/** Livestatus: answers a whole query, waits for the rest of everything else, a ClientHello for instance. */
const livestatus =
  (body = `[["Check_MK 2.3.0p1",1700000000,"2.3.0p1"]]\n`, code = 200): Behaviour =>
  (socket) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (text.endsWith("\n\n")) socket.end(`${code} ${String(body.length).padStart(11)}\n${body}`);
    });
  };

describe("a site with TLS", () => {
  it("is verified, with its certificate and its version", async () => {
    const far = await peer(livestatus(), { ...(await siteCertificate("main")), maxVersion: "TLSv1.2" });
    expect(await ask(askLivestatus, far, { site: "main" })).toEqual({
      finding: "verified",
      saw: "Livestatus of Checkmk 2.3.0p1",
      site: "main",
      tlsVersion: "TLSv1.2",
      certificate: expect.objectContaining({ subject: "main", issuer: "Site 'main' local CA" }),
    });
    expect([far.received(), far.connections()]).toEqual([query, 1]);
  });

  it("is the wrong one if its certificate says so, whatever is behind it", async () => {
    const tls = await siteCertificate("other");
    for (const behaviour of [livestatus(), closes]) {
      const found = await ask(askLivestatus, await peer(behaviour, tls), { site: "main" });
      expect(found).toMatchObject({ finding: "wrong-site", site: "other" });
    }
  });

  it.each([
    ["a core that is not there", closesWhenAsked, "closed"],
    ["a core that hangs", silent, "unanswered"],
    ["a core that refuses the query", livestatus("Invalid GET request\n", 400), "other-answer"],
    ["something else inside", says("220 mail ready\r\n"), "wrong-service"],
  ])("and %s", async (_name, behaviour, finding) => {
    const far = await peer(behaviour, await siteCertificate("main"));
    const found = await ask(askLivestatus, far, { site: "main", patienceMs: 800 });
    expect(found).toMatchObject({ finding, tlsVersion: "TLSv1.3", certificate: { subject: "main" } });
  });

  it("and a certificate that no site has is verified: it is evidence, no more", async () => {
    const found = await ask(askLivestatus, await peer(livestatus(), await webCertificate("proxy")), { site: "main" });
    expect(found).toMatchObject({ finding: "verified", certificate: { issuer: "proxy" } });
    expect(found.site).toBeUndefined();
  });
});

describe("a site without TLS", () => {
  it("is unencrypted; it waits for the rest of the TLS greeting, so half of the time is left for the question", async () => {
    const far = await peer(livestatus());
    expect(await ask(askLivestatus, far, { patienceMs: 1_000 })).toEqual({
      finding: "unencrypted",
      saw: "Livestatus of Checkmk 2.3.0p1",
    });
    expect(far.connections()).toBe(2);
    expect(far.received().endsWith(query)).toBe(true);
  });

  it("is unencrypted if it breaks off at the greeting", async () => {
    const found = await ask(askLivestatus, await peer(first(resetsWhenAsked, livestatus())));
    expect(found.finding).toBe("unencrypted");
  });

  it("names another core than Checkmk's by its own words", async () => {
    const behaviour = first(closesWhenAsked, livestatus(`[["r2.13.6-1",1,"2.13.6"]]\n`));
    expect(await ask(askLivestatus, await peer(behaviour))).toMatchObject({
      finding: "unencrypted",
      saw: "Livestatus 2.13.6 of core r2.13.6-1",
    });
  });
});

it("TLS that nobody can agree on is tried once only", async () => {
  const far = await peer(silent, { ...(await webCertificate("x")), ciphers: "PSK", maxVersion: "TLSv1.2" });
  expect(await ask(askLivestatus, far)).toEqual({ finding: "tls-failed", saw: "TLS alert handshake_failure" });
});

const broken = "a Livestatus answer that broke off or has no rows";
it.each<[string, Behaviour, string, string]>([
  ["accepts and closes", closes, "closed", "closed before answer to the Livestatus query"],
  ["resets", resetsWhenAsked, "closed", "reset before answer to the Livestatus query"],
  ["stays silent", silent, "unanswered", "no answer to the Livestatus query"],
  ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
  ["is a web server", answers("HTTP/1.1 400 Bad Request\r\n\r\n"), "wrong-service", `"HTTP/1.1 400 Bad Request"`],
  ["refuses the query", first(closes, livestatus("no\u001b[2J\n", 452)), "other-answer", "Livestatus code 452: no [2J"],
  ["answers no JSON", first(closes, livestatus("{}")), "other-answer", broken],
  ["breaks off", first(closes, breaksOff("200          99\n[[")), "other-answer", broken],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["drips", first(closes, drips(`200 ${"999999".padStart(11)}\n`)), "other-answer", broken],
])("what %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askLivestatus, await peer(behaviour), { patienceMs: 800 })).toEqual({ finding, saw });
});
