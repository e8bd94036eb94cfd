import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  breaksOff,
  closesWhenAsked,
  drips,
  endless,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { page, web } from "../../../../test/cases/web-page.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { askReceiverDiscoveryHttp, askReceiverDiscoveryHttps } from "./receiver-discovery.ts";

const question = "GET /main/check_mk/api/1.0/domain-types/internal/actions/discover-receiver/invoke";
const stopped = { status: 503, body: "<title>Checkmk: Site Not Started</title>" };
const verified = { finding: "verified", saw: "agent receiver on port 8001", receiverPort: 8001, site: "main" };

/** What is the same with TLS and without. */
const cases: [string, Behaviour, object][] = [
  ["a number", web({ [question]: { status: 200, body: "8001" } }), verified],
  ["a number under another status, which agents do not look at", page({ status: 404, body: "8001" }), verified],
  [
    "a number that is no port",
    page({ status: 200, body: "65536" }),
    { finding: "other-answer", saw: "HTTP 200 65536" },
  ],
  ["a site that is stopped", page(stopped), { finding: "not-ready", saw: "site main is not started" }],
  ["a gateway with another trouble", page({ status: 503 }), { finding: "not-ready", saw: "HTTP 503" }],
  ["a gateway whose site is down", page({ status: 502 }), { finding: "not-ready", saw: "HTTP 502" }],
  ["a gateway whose site is stuck", page({ status: 504 }), { finding: "not-ready", saw: "HTTP 504" }],
  [
    "a login page",
    page({ status: 200, body: "<title>Log in</title>" }),
    { finding: "other-answer", saw: 'HTTP 200 "Log in"' },
  ],
  ["another site", web({}), { finding: "other-answer", saw: "HTTP 404" }],
  [
    "a wall",
    page({ status: 401, headers: ["Server: proxy\u0007"] }),
    { finding: "other-answer", saw: "HTTP 401 from proxy" },
  ],
  [
    "a way to another machine",
    page({ status: 301, headers: ["Location: https://sso.example.com/"] }),
    {
      finding: "other-answer",
      saw: "HTTP 301 to https://sso.example.com/",
      redirectsTo: "https://sso.example.com/",
    },
  ],
  [
    "a way that is no address",
    page({ status: 301, headers: ["Location: //["] }),
    { finding: "other-answer", saw: "HTTP 301 to //[", redirectsTo: "//[" },
  ],
  [
    "a number that breaks off is none",
    breaksOff("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"),
    { finding: "other-answer", saw: "HTTP 200" },
  ],
  [
    "a number without an end",
    (socket) => (socket.write("HTTP/1.1 200 OK\r\n\r\n"), endless("8")(socket, 1)),
    { finding: "other-answer", saw: `HTTP 200 ${"8".repeat(59)}…` },
  ],
  ["an SSH server", says("SSH-2.0-x\r\n"), { finding: "wrong-service", saw: '"SSH-2.0-x"' }],
  ["a drip", drips("8"), { finding: "wrong-service", saw: expect.stringMatching(/^"8+…?"$/) }],
  ["a close", closesWhenAsked, { finding: "closed", saw: "closed before HTTP answer" }],
  ["a reset", resetsWhenAsked, { finding: "closed", saw: "reset before HTTP answer" }],
  ["silence", silent, { finding: "unanswered", saw: "no HTTP answer" }],
];
const asking = { site: "main", patienceMs: 400 };
const facts = { tlsVersion: "TLSv1.3", certificate: expect.objectContaining({ issuer: "cmk" }) as object };
const toHttps = page({ status: 302, headers: ["Location: https://127.0.0.1/main/"] });

describe("discovery over HTTP", () => {
  it.each(cases)("%s", async (_name, behaviour, found) => {
    expect(await ask(askReceiverDiscoveryHttp, await peer(behaviour), asking)).toEqual(found);
  });

  it("a way to https of the same machine is as good as the number", async () => {
    const found = await ask(askReceiverDiscoveryHttp, await peer(toHttps), asking);
    expect(found).toEqual({ finding: "verified", saw: "redirects to https", leadsTo: "https" });
  });

  it("the machine may be named as it was asked", async () => {
    const far = await peer(page({ status: 307, headers: ["Location: https://CMK.example.com/main/"] }));
    expect(await ask(askReceiverDiscoveryHttp, far, { ...asking, name: "cmk.example.com" })).toMatchObject({
      finding: "verified",
    });
    expect(await ask(askReceiverDiscoveryHttp, far, { ...asking, name: "muc.example.com" })).toMatchObject({
      finding: "other-answer",
    });
  });

  it("without a site the announcement of a page is none", async () => {
    for (const start of ["100 Continue", "103 Early Hints", "101 Switching\r\nConnection: Upgrade\r\nUpgrade: x"]) {
      const found = await ask(askReceiverDiscoveryHttp, await peer(says(`HTTP/1.1 ${start}\r\n\r\n`)), {
        patienceMs: 300,
      });
      expect(found).toEqual({ finding: "other-answer", saw: `HTTP ${start.slice(0, 3)}` });
    }
  });

  it("without a site any page will do but an error", async () => {
    expect(await ask(askReceiverDiscoveryHttp, await peer(page({ status: 200 })))).toEqual({
      finding: "verified",
      saw: "HTTP 200",
    });
    for (const status of [401, 403, 404, 500]) {
      expect(await ask(askReceiverDiscoveryHttp, await peer(page({ status })))).toEqual({
        finding: "other-answer",
        saw: `HTTP ${status}`,
      });
    }
  });
});

describe("discovery over HTTPS", () => {
  it.each(cases)("%s", async (_name, behaviour, found) => {
    const far = await peer(behaviour, await webCertificate("cmk"));
    expect(await ask(askReceiverDiscoveryHttps, far, asking)).toEqual({ ...found, ...facts });
  });

  it("a circle of redirects is left after as many as the controller follows", async () => {
    const far = await peer(page({ status: 302, headers: ["Location: /main/"] }), await webCertificate("cmk"));
    const found = await ask(askReceiverDiscoveryHttps, far, { ...asking, patienceMs: 3_000 });
    expect(found).toMatchObject({ finding: "other-answer", saw: "more than 10 redirects" });
    expect(far.connections()).toBe(11);
  });

  it("without TLS there is none", async () => {
    const found = await ask(askReceiverDiscoveryHttps, await peer(page({ status: 200, body: "8000" })), asking);
    expect(found).toEqual({ finding: "plaintext", saw: "HTTP 400 without TLS" });
  });
});

describe("redirects to the same machine are followed as the controller follows them", () => {
  const moved = (location: string, status = 301) => ({ status, headers: [`Location: ${location}`] });
  const patient = { ...asking, patienceMs: 3_000 };

  it.each([301, 302, 303, 307, 308])("%d to another path", async (status) => {
    const pages = { [question]: moved("/moved?x=1", status), "GET /moved?x=1": { status: 200, body: "8001" } };
    const saw = expect.stringMatching(
      /^agent receiver on port 8001, after a redirect to http:\/\/127.0.0.1:\d+\/moved$/,
    );
    expect(await ask(askReceiverDiscoveryHttp, await peer(web(pages)), patient)).toMatchObject({
      ...verified,
      saw,
      redirectsTo: expect.stringMatching(/\/moved$/) as string,
    });
  });

  it("to another port, with TLS and without, and back", async () => {
    const end = await peer(web({ "GET /end": { status: 200, body: "8001" } }));
    const secure = await peer(page(moved(`http://127.0.0.1:${end.port}/end`)), await webCertificate("cmk"));
    const start = await peer(page(moved(`https://127.0.0.1:${secure.port}/x`)));
    const { finding, receiverPort, leadsTo } = await ask(askReceiverDiscoveryHttp, start, patient);
    expect([finding, receiverPort, leadsTo]).toEqual(["verified", 8_001, undefined]);
    expect([start, secure, end].map((far) => far.connections())).toEqual([1, 1, 1]);
  });

  it("to a page that is none of the site's, or to a port where nobody is", async () => {
    const pages = { [question]: moved("/login"), "GET /login": { status: 200, body: "<title>Log in</title>" } };
    const found = await ask(askReceiverDiscoveryHttp, await peer(web(pages)), patient);
    expect(found.finding).toBe("other-answer");
    expect(found.saw).toMatch(/^HTTP 200 "Log in", after a redirect to http:/);
    const lost = await ask(askReceiverDiscoveryHttp, await peer(page(moved("http://127.0.0.1:1/"))), patient);
    expect(lost).toEqual({
      finding: "other-answer",
      saw: "a redirect that leads nowhere (ECONNREFUSED)",
      redirectsTo: "http://127.0.0.1:1/",
    });
  });

  it("one to another machine is named at the end of others, and that machine is not asked", async () => {
    const pages = { [question]: moved("/a"), "GET /a": moved("https://sso.example.com/?token=1") };
    const found = await ask(askReceiverDiscoveryHttp, await peer(web(pages)), patient);
    expect(found).toMatchObject({ finding: "other-answer", redirectsTo: "https://sso.example.com/" });
  });

  describe("for one who goes on at other machines", () => {
    const going = { ...patient, redirects: 10 };

    it("the whole target is told, the query as well, and what was followed before", async () => {
      const pages = { [question]: moved("/a"), "GET /a": moved("https://me:word@sso.example.com:8443/x?token=1#y") };
      const found = await ask(askReceiverDiscoveryHttp, await peer(web(pages)), going);
      expect(found.onward).toEqual({
        via: [expect.stringMatching(/\/a$/), "https://sso.example.com:8443/x"],
        left: 9,
        end: "elsewhere",
        url: "https://sso.example.com:8443/x?token=1",
      });
    });

    it("the page that is asked for may be another one, and then HTTPS is no end", async () => {
      const far = await peer(web({ "GET /x?token=1": { status: 200, body: "8001" } }));
      const found = await ask(askReceiverDiscoveryHttp, far, { ...going, path: "/x?token=1" });
      expect(found).toMatchObject({ ...verified, finding: "verified" });
      expect(found).not.toHaveProperty("onward");
      const toSecure = await peer(page({ status: 302, headers: ["Location: https://127.0.0.1/x"] }));
      const onward = (await ask(askReceiverDiscoveryHttp, toSecure, { ...going, path: "/x" })).onward;
      expect(onward).toMatchObject({ via: ["https://127.0.0.1/x"], end: "not-reached" });
    });

    it.each([
      ["https://sso.example.com/", 0, "too-many"],
      ["https://sso.example.com/", 1, "elsewhere"],
      ["/", 0, "too-many"],
      ["ftp://sso.example.com/", 10, "no-web-address"],
      ["http://127.0.0.1:1/", 10, "not-reached"],
    ])("to %s with %d left: %s", async (location, redirects, end) => {
      const found = await ask(askReceiverDiscoveryHttp, await peer(page(moved(location))), { ...patient, redirects });
      expect(found.onward).toMatchObject({ end });
    });
  });
});
