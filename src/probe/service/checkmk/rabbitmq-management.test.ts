import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  closesWhenAsked,
  endless,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { page } from "../../../../test/cases/web-page.ts";
import { siteCertificate } from "../../../demo/certificates.ts";
import { askRabbitmqManagement } from "./rabbitmq-management.ts";

const main = await siteCertificate("main");
const asking = { site: "main", patienceMs: 600 };
const certificate = expect.objectContaining({ issuer: "Site 'main' local CA" }) as object;
const management = page({ status: 200, body: "<title>RabbitMQ Management</title>" });

describe.each(["TLSv1.2", "TLSv1.3"] as const)("%s", (tlsVersion) => {
  const versions = { maxVersion: tlsVersion };

  it("that demands a client certificate is proof", async () => {
    const far = await peer(management, { ...main, ...versions, requestCert: true, rejectUnauthorized: true });
    const found = await ask(askRabbitmqManagement, far, asking);
    expect(found).toMatchObject({ finding: "verified", saw: "TLS that demands a client certificate", site: "main" });
    expect(found.certificate).toEqual(certificate);
    expect(far.connections()).toBe(0); // none came through
  });

  it.each<[string, Behaviour, string, string]>([
    ["its page", management, "verified", 'HTTP 200 "RabbitMQ Management"'],
    [
      "the login that it wants",
      page({ status: 401, headers: ['WWW-Authenticate: Basic realm="RabbitMQ Management"'] }),
      "verified",
      "HTTP 401",
    ],
    [
      "another server's page",
      page({ status: 200, body: "<title>Welcome</title>" }),
      "other-answer",
      'HTTP 200 "Welcome"',
    ],
    [
      "a page without a title",
      page({ status: 200, body: "RabbitMQ Management" }),
      "other-answer",
      "HTTP 200 RabbitMQ Management",
    ],
    [
      "another server's login",
      page({ status: 401, headers: ['WWW-Authenticate: Basic realm="admin"'] }),
      "other-answer",
      "HTTP 401",
    ],
    [
      "a way to another page",
      page({ status: 302, headers: ["Location: /login"] }),
      "other-answer",
      "HTTP 302 to /login",
    ],
    ["a gateway without it", page({ status: 503 }), "not-ready", "HTTP 503"],
    ["another service", says("220 mail\r\n"), "wrong-service", '"220 mail"'],
    ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
    ["a close", closesWhenAsked, "handshake-only", "TLS, then closed"],
    ["a reset", resetsWhenAsked, "handshake-only", "TLS, then closed"],
    ["silence", silent, "unanswered", "no HTTP answer"],
  ])("and then %s", async (_name, behaviour, finding, saw) => {
    const found = await ask(askRabbitmqManagement, await peer(behaviour, { ...main, ...versions }), asking);
    expect(found).toEqual({ finding, saw, site: "main", tlsVersion, certificate });
  });
});

it.each<[string, Behaviour, string, string]>([
  ["HTTP without TLS", management, "plaintext", "HTTP 400 without TLS"],
  ["an SSH server", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
  [
    "a TLS alert before any certificate",
    says(Uint8Array.of(21, 3, 1, 0, 2, 2, 40)),
    "tls-failed",
    "TLS alert handshake_failure",
  ],
  ["a close", closesWhenAsked, "closed", "closed at the TLS greeting"],
  ["silence", silent, "unanswered", "no answer to the TLS greeting"],
])("no TLS but %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askRabbitmqManagement, await peer(behaviour), asking)).toEqual({ finding, saw });
});
