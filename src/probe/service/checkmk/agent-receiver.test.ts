import { connect } from "node:net";
import { createSecureContext } from "node:tls";
import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  breaksOff,
  closesWhenAsked,
  drips,
  endless,
  first,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { page, web } from "../../../../test/cases/web-page.ts";
import { siteCertificate, webCertificate } from "../../../demo/certificates.ts";
import { askAgentReceiver } from "./agent-receiver.ts";

const json = { headers: ["Content-Type: application/json", "Server: uvicorn"] };
const notFound = { status: 404, body: '{"detail":"Not Found"}', ...json };
const described = { status: 200, body: '{"openapi":"3.1.0","info":{"title":"Checkmk Agent Receiver"}}', ...json };
const status = { status: 400, body: '{"detail":"Verified client UUID"}', ...json };
const ownPath = "GET /main/agent-receiver/openapi.json";
const statusPath = "GET /main/agent-receiver/registration_status/00000000-0000-4000-8000-000000000000";
const every = new Proxy<Record<string, typeof notFound>>(
  {},
  { get: (_, path) => (path === ownPath ? described : notFound) },
);
const receiver = web(every);
const stranger = page(notFound);
const main = await siteCertificate("main");

const asking = { site: "main", patienceMs: 600 };
const facts = (site: string) => ({
  tlsVersion: "TLSv1.3",
  certificate: expect.objectContaining({ subject: site, issuer: `Site '${site}' local CA` }),
});

describe("the receiver of the site", () => {
  it("is verified by its certificate and its description of itself", async () => {
    const far = await peer(receiver, main);
    const found = { finding: "verified", saw: "agent receiver", site: "main", ...facts("main") };
    expect(await ask(askAgentReceiver, far, asking)).toEqual(found);
    expect(far.connections()).toBe(1);
  });

  it("is known by its certificate alone where no site is wanted, and asked nothing", async () => {
    const far = await peer(receiver, main);
    const found = { finding: "verified", saw: "certificate of a site", site: "main", ...facts("main") };
    expect(await ask(askAgentReceiver, far)).toEqual(found);
    expect(far.received()).toBe("");
  });

  it("may keep its description to itself", async () => {
    const behaviour = web({ [ownPath]: notFound, [statusPath]: status });
    const found = await ask(askAgentReceiver, await peer(behaviour, main), asking);
    expect(found).toMatchObject({ finding: "verified", saw: "agent receiver", site: "main" });
  });

  it("may have the authority of the site that it was moved from", async () => {
    const found = await ask(askAgentReceiver, await peer(receiver, await siteCertificate("old")), asking);
    const saw = "agent receiver with a certificate of site old";
    expect(found).toMatchObject({ finding: "verified", saw, site: "main", certificate: { subject: "old" } });
  });
});

describe("the receiver of another site", () => {
  it("is named by its certificate", async () => {
    const found = await ask(askAgentReceiver, await peer(stranger, await siteCertificate("lab")), asking);
    expect(found).toEqual({ finding: "wrong-site", saw: "agent receiver of site lab", site: "lab", ...facts("lab") });
  });

  it("is not named if its certificate is of the wanted one", async () => {
    const found = await ask(askAgentReceiver, await peer(stranger, main), asking);
    expect(found).toEqual({ finding: "wrong-site", saw: "agent receiver without this site", ...facts("main") });
  });
});

it("a certificate that no site has is foreign, whatever is behind it", async () => {
  const far = await peer(receiver, await webCertificate("inspector.example.com"));
  expect(await ask(askAgentReceiver, far, asking)).toMatchObject({
    finding: "foreign-certificate",
    saw: "no site's own authority signed it; it was asked by address, without a server name",
    certificate: { issuer: "inspector.example.com" },
  });
});

describe("behind a router that picks by server name", () => {
  const site = createSecureContext(main);
  /** Who names `known` reaches the receiver; everybody else the router's own page, or an alert. */
  const router = async (known: string | undefined, rest: "certificate" | "alert" = "certificate") => {
    const own = await webCertificate("router.example.com");
    const names: (string | undefined)[] = [];
    const far = await peer(receiver, {
      ...own,
      SNICallback: (name, done) => {
        names.push(name);
        if (name === known) done(null, site);
        else if (rest === "certificate") done(null, createSecureContext(own));
        else done(new Error("unrecognized name"));
      },
      ...(known === undefined ? main : {}),
    });
    return { far, names };
  };
  const named = { ...asking, name: "cmk.example.com" };

  it("the name that the target was given by is sent, as the controller sends it", async () => {
    const { far, names } = await router("cmk.example.com");
    expect(await ask(askAgentReceiver, far, named)).toMatchObject({ finding: "verified", saw: "agent receiver" });
    expect(await ask(askAgentReceiver, far, { ...asking, name: "cmk.example.com." })).toMatchObject({
      finding: "verified",
    });
    expect(names).toEqual(["cmk.example.com", "cmk.example.com"]);
  });

  it("for an address none is sent, and the evidence says so", async () => {
    const { far, names } = await router("cmk.example.com");
    const saw = "no site's own authority signed it; it was asked by address, without a server name";
    expect(await ask(askAgentReceiver, far, asking)).toMatchObject({ finding: "foreign-certificate", saw });
    expect(names).toEqual([]);
  });

  it.each([
    [
      "certificate",
      "foreign-certificate",
      "no site's own authority signed it; without the server's name site main answers",
    ],
    ["alert", "closed", "closed at the TLS greeting"],
  ] as const)(
    "another name meets the router's %s; without one it is tried only to explain",
    async (rest, finding, saw) => {
      const { far, names } = await router(undefined, rest);
      expect(await ask(askAgentReceiver, far, named)).toMatchObject({ finding, saw });
      expect(names).toEqual(["cmk.example.com"]);
      expect(await ask(askAgentReceiver, far, asking)).toMatchObject({ finding: "verified" });
    },
  );

  it("a name that is refused with an alert is explained by the greeting without it", async () => {
    const refuse = Uint8Array.of(21, 3, 3, 0, 2, 2, 112);
    const behind = await peer(receiver, main);
    const far = await peer((socket, nth) => {
      if (nth === 1) return void socket.once("data", () => socket.end(refuse));
      const inner = connect({ port: behind.port, host: "127.0.0.1", allowHalfOpen: true });
      inner.on("error", () => undefined);
      socket.pipe(inner).pipe(socket);
    });
    const saw = "TLS alert unrecognized_name; without the server's name site main answers";
    expect(await ask(askAgentReceiver, far, named)).toEqual({ finding: "tls-failed", saw });
  });
});

it.each<[string, Behaviour, string, string]>([
  ["a gateway without the receiver", page({ status: 503 }), "not-ready", "HTTP 503"],
  ["another page", page({ status: 200, body: "<title>Hi</title>" }), "other-answer", 'HTTP 200 "Hi"'],
  ["a page that is not there", page({ status: 404 }), "other-answer", "HTTP 404"],
  ["no second answer", first(stranger, silent), "other-answer", "the receiver does not know its own description"],
  ["an answer that breaks off", breaksOff("HTTP/1.1 200 OK\r\n\r\n{"), "other-answer", "HTTP 200 {"],
  ["something else inside", says("220 mail\r\n"), "wrong-service", '"220 mail"'],
  ["an endless stream inside", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["a drip inside", drips("A"), "wrong-service", expect.stringMatching(/^"A+…?"$/) as string],
  ["a close", closesWhenAsked, "closed", "closed before HTTP answer"],
  ["a reset", resetsWhenAsked, "closed", "reset before HTTP answer"],
  ["silence", silent, "unanswered", "no HTTP answer"],
])("TLS and then %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askAgentReceiver, await peer(behaviour, main), asking)).toEqual({ finding, saw, ...facts("main") });
});

it.each<[string, Behaviour, string, string]>([
  ["HTTP without TLS", receiver, "plaintext", "HTTP 400 without TLS"],
  ["an SSH server", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
  ["a TLS alert", says(Uint8Array.of(21, 3, 1, 0, 2, 2, 70)), "tls-failed", "TLS alert protocol_version"],
  [
    "a TLS alert that a name might have avoided",
    says(Uint8Array.of(21, 3, 1, 0, 2, 2, 40)),
    "tls-failed",
    "TLS alert handshake_failure; it was asked by address, without a server name",
  ],
  ["a close", closesWhenAsked, "closed", "closed at the TLS greeting"],
  ["a reset", resetsWhenAsked, "closed", "reset at the TLS greeting"],
  ["silence", silent, "unanswered", "no answer to the TLS greeting"],
])("no TLS but %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askAgentReceiver, await peer(behaviour), asking)).toEqual({ finding, saw });
});
