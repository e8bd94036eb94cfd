import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StandIn, startStandIn, talk } from "./stand-in.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const basic = { authorization: `Basic ${Buffer.from("agent:wrong").toString("base64")}` };
const stranger = `Verified client UUID (missing: no client certificate provided) does not match UUID in URL (${uuid})`;

let receiver: StandIn;
beforeAll(async () => {
  receiver = await startStandIn("agent-receiver", { RECEIVER_SITES: "main:0 lab:0" });
});
afterAll(() => receiver.stop());

describe("paths and answers", () => {
  it("openapi.json says what it is", async () => {
    const { status, body } = await ask("GET", "/main/agent-receiver/openapi.json");
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ info: { title: "Checkmk Agent Receiver" } });
  });

  it.each([
    ["GET", `/main/agent-receiver/registration_status/${uuid}`, 400, stranger],
    ["GET", `/main/agent-receiver/registration_status_v2/${uuid}`, 400, stranger],
    ["POST", `/main/agent-receiver/agent_data/${uuid}`, 400, stranger],
    ["POST", `/main/agent-receiver/renew_certificate/${uuid}`, 400, stranger],
    ["POST", "/main/agent-receiver/register_existing", 401, "Not authenticated"],
    ["POST", "/main/agent-receiver/pairing", 401, "Not authenticated"],
    ["POST", "/main/agent-receiver/register_with_hostname", 401, "Not authenticated"],
    ["POST", "/main/agent-receiver/register_new", 401, "Not authenticated"],
    ["POST", `/main/agent-receiver/register_new_ongoing/${uuid}`, 401, "Not authenticated"],
    ["GET", "/lab/agent-receiver/openapi.json", 404, "Not Found"],
    ["GET", "/main/agent-receiver/", 404, "Not Found"],
    ["GET", "/", 404, "Not Found"],
    ["GET", "/main/agent-receiver/register_existing", 405, "Method Not Allowed"],
  ])("%s %s → %d", async (method, path, status, detail) => {
    const reply = await ask(method, path);
    expect([reply.status, JSON.parse(reply.body)]).toEqual([status, { detail }]);
    if (status === 401) expect(reply.headers["www-authenticate"]).toBe("Basic");
  });

  it.each([
    ["no body", "", 422],
    ["a body without uuid", "{}", 422],
    ["a whole body", JSON.stringify({ uuid, csr: "x", host_name: "web01" }), 401],
  ])("with credentials and %s", async (_name, body, status) => {
    expect((await ask("POST", "/main/agent-receiver/register_existing", basic, body)).status).toBe(status);
  });

  it("believes no header that claims a UUID", async () => {
    const reply = await ask("GET", `/main/agent-receiver/registration_status/${uuid}`, { "verified-uuid": uuid });
    expect(reply.status).toBe(400);
  });

  it("closes plain HTTP without an answer", async () => {
    const heard = await talk(receiver.port, { say: "GET / HTTP/1.1\r\nHost: cmk\r\n\r\n" });
    expect([heard.bytes.length, heard.end]).toEqual([0, expect.stringMatching(/closed|reset/)]);
  });

  it("has one port per site", async () => {
    const path = "/lab/agent-receiver/openapi.json";
    expect((await ask("GET", path, {}, "", receiver.ports[1])).status).toBe(200);
    expect((await ask("GET", "/main/agent-receiver/openapi.json", {}, "", receiver.ports[1])).status).toBe(404);
  });
});

describe("certificate", () => {
  it("is the site's, with the site's authority in the chain", async () => {
    const shown = await certificateOf(receiver.port);
    expect([shown.subject.CN, shown.subjectaltname, shown.issuer.CN]).toEqual([
      "main",
      "DNS:main",
      "Site 'main' local CA",
    ]);
    expect(shown.issuerCertificate.subject.CN).toBe("Site 'main' local CA");
    expect(new Date(shown.valid_to).getUTCFullYear() - new Date(shown.valid_from).getUTCFullYear()).toBe(999);
  });

  it("comes from a stranger where TLS is inspected; the site answers all the same", async () => {
    const inspected = await startStandIn("agent-receiver", {
      RECEIVER_SITES: "main:0",
      RECEIVER_ISSUER: "Acme TLS Inspection",
    });
    try {
      expect((await certificateOf(inspected.port)).issuer.CN).toBe("Acme TLS Inspection");
      expect((await ask("GET", "/main/agent-receiver/openapi.json", {}, "", inspected.port)).status).toBe(200);
    } finally {
      await inspected.stop();
    }
  });

  it("takes a client certificate of its own site and drops one of another", async () => {
    const path = `/main/agent-receiver/registration_status/${uuid}`;
    const own = readFileSync(join(receiver.state, "sites/main/site.pem"));
    const other = readFileSync(join(receiver.state, "sites/lab/site.pem"));
    expect((await ask("GET", path, {}, "", receiver.port, own)).status).toBe(400);
    await expect(ask("GET", path, {}, "", receiver.port, other)).rejects.toThrow(/socket|ECONNRESET/);
  });
});

/** One HTTPS request; the certificate is looked at elsewhere. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = "",
  port = receiver.port,
  pem?: Buffer,
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }> {
  const identity = pem === undefined ? {} : { key: pem, cert: pem };
  return new Promise((resolve, reject) => {
    const options = {
      method,
      path,
      headers,
      port,
      host: "127.0.0.1",
      rejectUnauthorized: false,
      agent: false as const,
      ...identity,
    };
    const sent = request(options, async (response) => {
      const text = (await response.toArray()).join("");
      resolve({ status: response.statusCode, headers: response.headers, body: text });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function certificateOf(port: number): Promise<DetailedPeerCertificate> {
  const socket: TLSSocket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
  try {
    await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
    return socket.getPeerCertificate(true);
  } finally {
    socket.destroy();
  }
}
