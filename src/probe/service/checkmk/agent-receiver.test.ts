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
    saw: "no site's own authority signed it",
    certificate: { issuer: "inspector.example.com" },
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
  ["a TLS alert", says(Uint8Array.of(21, 3, 1, 0, 2, 2, 40)), "tls-failed", "TLS alert handshake_failure"],
  ["a close", closesWhenAsked, "closed", "closed at the TLS greeting"],
  ["a reset", resetsWhenAsked, "closed", "reset at the TLS greeting"],
  ["silence", silent, "unanswered", "no answer to the TLS greeting"],
])("no TLS but %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askAgentReceiver, await peer(behaviour), asking)).toEqual({ finding, saw });
});
