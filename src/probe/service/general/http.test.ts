import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  breaksOff,
  closesWhenAsked,
  drips,
  endless,
  expired,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { page, renderPage, web } from "../../../../test/cases/web-page.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { askHttp, askHttps } from "./http.ts";
import { askReceiverDiscoveryHttps } from "../checkmk/receiver-discovery.ts";

/** What answers in the place of a web server; the findings are the same with TLS and without. */
const cases: [string, Behaviour, string, string][] = [
  [
    "a page",
    page({ status: 200, body: "<title>It works</title>", headers: ["Server: nginx"] }),
    "verified",
    'HTTP 200 "It works" from nginx',
  ],
  ["a page that is not there", page({ status: 404 }), "verified", "HTTP 404"],
  ["a redirect", page({ status: 301, headers: ["Location: /main/"] }), "verified", "HTTP 301 to /main/"],
  [
    "a gateway without a site",
    page({ status: 503, body: "<title>Checkmk: Site Not Started</title>" }),
    "not-ready",
    'HTTP 503 "Checkmk: Site Not Started"',
  ],
  ["a gateway that gets no answer", page({ status: 502 }), "not-ready", "HTTP 502"],
  ["a gateway that waited too long", page({ status: 504 }), "not-ready", "HTTP 504"],
  ["a page with an error", page({ status: 500 }), "verified", "HTTP 500"],
  ["a head that breaks off", breaksOff("HTTP/1.1 200 OK\r\nServer: x"), "verified", "HTTP 200"],
  [
    "a body that breaks off",
    breaksOff("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<title>Half"),
    "verified",
    'HTTP 200 "Half"',
  ],
  ["a head that never ends", endless("HTTP/1.1 200 OK\r\n"), "verified", "HTTP 200"],
  [
    "a body that never ends",
    (socket) => (socket.write("HTTP/1.1 200 OK\r\n\r\n"), endless("<b>")(socket, 1)),
    "verified",
    "HTTP 200",
  ],
  [
    "a head that drips",
    drips("HTTP/1.1 200 OK\r\nServer: very, very slow and very, very long\r\n"),
    "verified",
    "HTTP 200",
  ],
  ["hints without an end", drips("HTTP/1.1 103 Early Hints\r\n\r\n"), "verified", "HTTP 103"],
  [
    "a switch of protocols",
    says("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
    "verified",
    "HTTP 101",
  ],
  ["an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", '"SSH-2.0-OpenSSH_9.2"'],
  ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["a drip of anything", drips("A"), "wrong-service", expect.stringMatching(/^"A+…?"$/) as string],
  ["a close", closesWhenAsked, "closed", "closed before HTTP answer"],
  ["a reset", resetsWhenAsked, "closed", "reset before HTTP answer"],
  ["silence", silent, "unanswered", "no HTTP answer"],
];

describe("http", () => {
  it.each(cases)("%s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askHttp, await peer(behaviour), { patienceMs: 400 })).toEqual({ finding, saw });
  });

  it("is asked once, under the name that the target was given by", async () => {
    const far = await peer(page({ status: 200 }));
    await ask(askHttp, far, { name: "cmk.example.com", port: 80 });
    await ask(askHttp, far, { port: 8080 });
    expect(far.connections()).toBe(2);
    expect(far.received().match(/^(?:GET|host:) .*/gim)).toEqual([
      "GET / HTTP/1.1",
      "host: cmk.example.com",
      "GET / HTTP/1.1",
      "host: 127.0.0.1:8080",
    ]);
  });

  it("a way to https is told, and one to another machine or port is named; none is gone", async () => {
    const to = (location: string) => page({ status: 301, headers: [`Location: ${location}`] });
    const told = async (location: string) => {
      const { finding, leadsTo, redirectsTo } = await ask(askHttp, await peer(to(location)), { port: 80 });
      return [finding, leadsTo, redirectsTo];
    };
    expect(await told("HTTPS://x/")).toEqual(["verified", "https", "https://x/"]);
    expect(await told("https://127.0.0.1/x?y")).toEqual(["verified", "https", undefined]);
    expect(await told("https://127.0.0.1:8443/")).toEqual(["verified", undefined, "https://127.0.0.1:8443/"]);
    expect(await told("http://x/")).toEqual(["verified", undefined, "http://x/"]);
    expect(await told("/x")).toEqual(["verified", undefined, undefined]);
    const page200 = page({ status: 200, headers: ["Location: https://x/"] });
    expect(await ask(askHttp, await peer(page200))).not.toHaveProperty("leadsTo");
  });

  it("a server that wants TLS is another service, or says so itself", async () => {
    const found = await ask(askHttp, await peer(says(Uint8Array.of(21, 3, 1, 0, 2, 2, 70))));
    expect(found).toEqual({ finding: "wrong-service", saw: "TLS where plain HTTP is expected" });
  });
});

describe("a web server that must be a site's", () => {
  const discovery = "GET /main/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke";
  const number = { [discovery]: { status: 200, body: "8000" } };
  it.each<[string, Behaviour, string, string]>([
    ["anything at its root", page({ status: 200, body: "<title>It works</title>" }), "verified", 'HTTP 200 "It works"'],
    ["nothing at its root, and the site's page", web(number), "verified", "agent receiver on port 8000"],
    ["nothing at its root, and a site that is down", web({ [discovery]: { status: 503 } }), "not-ready", "HTTP 503"],
    ["neither", page({ status: 404 }), "other-answer", "HTTP 404"],
    ["a wall", page({ status: 403 }), "other-answer", "HTTP 403"],
    ["an error", page({ status: 500 }), "other-answer", "HTTP 500"],
    ["a gateway alone", page({ status: 504 }), "not-ready", "HTTP 504"],
  ])("has %s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askHttp, await peer(behaviour), { site: "main" })).toMatchObject({ finding, saw });
    const far = await peer(behaviour, await webCertificate("cmk"));
    expect(await ask(askHttps, far, { site: "main" })).toMatchObject({ finding, saw, certificate: { subject: "cmk" } });
  });

  it("is not known by a page that leads to another machine", async () => {
    const far = await peer(page({ status: 302, headers: ["Location: https://sso.example.com:444/"] }));
    const redirectsTo = "https://sso.example.com:444/";
    expect(await ask(askHttp, far, { site: "main" })).toMatchObject({ finding: "other-answer", redirectsTo });
    expect(await ask(askHttp, far)).toMatchObject({ finding: "verified", redirectsTo });
  });
});

describe("https", () => {
  it.each(cases)("%s", async (_name, behaviour, finding, saw) => {
    const far = await peer(behaviour, await webCertificate("cmk"));
    expect(await ask(askHttps, far, { patienceMs: 400 })).toEqual({
      finding,
      saw,
      tlsVersion: "TLSv1.3",
      certificate: expect.objectContaining({ subject: "cmk", altNames: ["DNS:cmk"] }),
    });
  });

  it("a certificate of yesterday is told, and so is its twin of today", async () => {
    const found = await ask(askHttps, await peer(page({ status: 200 }), await expired("cmk")));
    expect(found).toMatchObject({ finding: "certificate-expired", saw: "HTTP 200", certificate: { subject: "cmk" } });
    const today = await ask(askHttps, await peer(page({ status: 200 }), await webCertificate("cmk")));
    expect(today.finding).toBe("verified");
  });

  it.each<[string, Behaviour, string, string]>([
    ["HTTP without TLS", page({ status: 200 }), "plaintext", "HTTP 400 without TLS"],
    ["an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", '"SSH-2.0-OpenSSH_9.2"'],
    ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
    ["a TLS alert", says(Uint8Array.of(21, 3, 1, 0, 2, 2, 70)), "tls-failed", "TLS alert protocol_version"],
    ["a record that breaks off", breaksOff(Uint8Array.of(22, 3, 3, 9, 0, 2)), "closed", "reset at the TLS greeting"],
    ["a close", closesWhenAsked, "closed", "closed at the TLS greeting"],
    ["a reset", resetsWhenAsked, "closed", "reset at the TLS greeting"],
    ["silence", silent, "unanswered", "no answer to the TLS greeting"],
  ])("%s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askHttps, await peer(behaviour), { patienceMs: 400 })).toEqual({ finding, saw });
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("%s that demands a client certificate is there", async (maxVersion) => {
    const demanding = { requestCert: true, rejectUnauthorized: true, maxVersion };
    const far = await peer(page({ status: 200 }), { ...(await webCertificate("cmk")), ...demanding });
    const expected = { finding: "other-answer", saw: "TLS that demands a client certificate" };
    expect(await ask(askHttps, far)).toMatchObject({ ...expected, certificate: { subject: "cmk" } });
    expect(await ask(askReceiverDiscoveryHttps, far, { site: "main" })).toMatchObject(expected);
  });

  it.each([112, 80])("alert %d is no failure of TLS where no name was offered", async (alert) => {
    const far = await peer(says(Uint8Array.of(21, 3, 3, 0, 2, 2, alert)));
    const found = await ask(askHttps, far);
    expect(found.finding).toBe("other-answer");
    expect(found.saw).toMatch(/^TLS alert \w+ to a greeting without a server name$/);
    expect((await ask(askHttps, far, { name: "cmk.example.com" })).finding).toBe("tls-failed");
    expect((await ask(askReceiverDiscoveryHttps, far, { site: "main" })).finding).toBe("other-answer");
  });

  it("offers the name that the target was given by, and none for an address", async () => {
    const names: (string | undefined)[] = [];
    const behaviour: Behaviour = (socket) => {
      names.push((socket as { servername?: string | false }).servername || undefined);
      socket.once("data", () => socket.end(renderPage({ status: 200 })));
    };
    const far = await peer(behaviour, await webCertificate("cmk"));
    await ask(askHttps, far, { name: "cmk.example.com" });
    await ask(askHttps, far);
    expect(names).toEqual(["cmk.example.com", undefined]);
  });
});
