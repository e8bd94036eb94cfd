import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  answers,
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
import { webCertificate } from "../../../demo/certificates.ts";
import { askOtlpGrpc } from "./otlp-grpc.ts";
import { askOtlpHttp } from "./otlp-http.ts";

const settings = Uint8Array.of(0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100);
const goaway = Uint8Array.of(0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const alert = says(Uint8Array.of(21, 3, 1, 0, 2, 2, 70));
const asking = { patienceMs: 600 };
const under = { tlsVersion: "TLSv1.3", certificate: expect.objectContaining({ subject: "otel" }) as object };

describe("OTLP over gRPC", () => {
  it.each<[string, Behaviour, string, string]>([
    ["settings", says(settings), "verified", "HTTP/2 settings"],
    ["settings after the greeting", answers(settings), "verified", "HTTP/2 settings"],
    ["settings in two parts", breaksOff(settings.subarray(0, 9)), "verified", "HTTP/2 settings"],
    ["goaway", says(goaway), "other-answer", "HTTP/2 GOAWAY"],
    ["HTTP/1.1", answers("HTTP/1.1 400 Bad Request\r\n\r\n"), "wrong-service", '"HTTP/1.1 400 Bad Request"'],
    ["the beginning of settings", breaksOff(settings.subarray(0, 5)), "wrong-service", "bytes 00 00 06 04 00"],
    ["an SSH server", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
    ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
    ["a drip", drips("\0"), "wrong-service", expect.stringMatching(/^bytes( 00)+/) as string],
    ["TLS that nobody can agree on", alert, "tls-failed", "TLS alert protocol_version"],
    ["TLS once and silence then", first(alert, silent), "tls-failed", "TLS, but none was agreed on"],
    ["a close", closesWhenAsked, "closed", "closed before HTTP/2 settings"],
    ["a reset", resetsWhenAsked, "closed", "reset before HTTP/2 settings"],
    ["silence", silent, "unanswered", "no HTTP/2 settings"],
  ])("%s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askOtlpGrpc, await peer(behaviour), asking)).toEqual({ finding, saw });
  });

  it("is asked under TLS where plain HTTP/2 is refused", async () => {
    const far = await peer(says(settings), { ...(await webCertificate("otel")), ALPNProtocols: ["h2"] });
    const found = await ask(askOtlpGrpc, far, asking);
    expect(found).toEqual({ finding: "verified", saw: "HTTP/2 settings under TLS", ...under });
  });

  it.each<[string, Behaviour, string, string]>([
    ["another service", says("220 mail\r\n"), "other-answer", 'under TLS: "220 mail"'],
    ["no HTTP/2", closesWhenAsked, "other-answer", "TLS without HTTP/2"],
    ["silence", silent, "unanswered", "TLS without HTTP/2"],
  ])("under TLS: %s", async (_name, behaviour, finding, saw) => {
    const far = await peer(behaviour, await webCertificate("otel"));
    expect(await ask(askOtlpGrpc, far, asking)).toEqual({ finding, saw, ...under });
  });
});

describe("OTLP over HTTP", () => {
  const question = "POST /v1/metrics";
  it.each<[string, Behaviour, string, string]>([
    ["a refusal of the content type", web({ [question]: { status: 415 } }), "verified", "HTTP 415"],
    [
      "a success in its own form",
      web({ [question]: { status: 200, body: "{}", headers: ["Content-Type: application/json"] } }),
      "verified",
      "HTTP 200 {}",
    ],
    ["a page of any web server", page({ status: 200, body: "<title>Hi</title>" }), "other-answer", 'HTTP 200 "Hi"'],
    ["a refusal of the body", web({ [question]: { status: 400, body: "no body" } }), "verified", "HTTP 400 no body"],
    ["a demand for a login", web({ [question]: { status: 401 } }), "verified", "HTTP 401"],
    ["a web server without it", web({}), "other-answer", "HTTP 404"],
    ["a web server that takes no POST", page({ status: 405 }), "other-answer", "HTTP 405"],
    ["a gateway without it", page({ status: 503 }), "not-ready", "HTTP 503"],
    ["an SSH server", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
    ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
    ["a drip", drips("A"), "wrong-service", expect.stringMatching(/^"A+…?"$/) as string],
    ["TLS that nobody can agree on", alert, "tls-failed", "TLS alert protocol_version"],
    ["a close", closesWhenAsked, "closed", "closed before HTTP answer"],
    ["a reset", resetsWhenAsked, "closed", "reset before HTTP answer"],
    ["silence", silent, "unanswered", "no HTTP answer"],
  ])("%s", async (_name, behaviour, finding, saw) => {
    expect(await ask(askOtlpHttp, await peer(behaviour), asking)).toEqual({ finding, saw });
  });

  it("carries no body", async () => {
    const far = await peer(page({ status: 415 }));
    await ask(askOtlpHttp, far);
    expect(far.received()).toMatch(
      /^POST \/v1\/metrics HTTP\/1\.1\r\n(?:.+\r\n)*content-length: 0\r\n(?:.+\r\n)*\r\n$/,
    );
  });

  it("is asked under TLS where that is wanted", async () => {
    const far = await peer(web({ [question]: { status: 415 } }), await webCertificate("otel"));
    expect(await ask(askOtlpHttp, far, asking)).toEqual({ finding: "verified", saw: "HTTP 415 under TLS", ...under });
  });

  it("is not proven where TLS is wanted, but not spoken", async () => {
    const far = await peer(page({ status: 400, body: "Client sent an HTTP request to an HTTPS server.\n" }));
    expect(await ask(askOtlpHttp, far, asking)).toMatchObject({ finding: "other-answer" });
    expect(far.connections()).toBe(2);
  });

  it("another service under TLS is the wrong one", async () => {
    const found = await ask(askOtlpHttp, await peer(page({ status: 404 }), await webCertificate("otel")), asking);
    expect(found).toEqual({ finding: "other-answer", saw: "HTTP 404", ...under });
  });
});
