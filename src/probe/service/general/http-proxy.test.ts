import { type Socket, connect } from "node:net";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  answers,
  closesWhenAsked,
  endless,
  peer,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import type { ServiceSpec } from "../../../model/service.ts";
import { openConnection } from "../conversation/connection.ts";
import { askProxyWith } from "./http-proxy.ts";

const name = (value: string) => [{ name: "commonName", value }];
const authority = await generate(name("Public CA"), {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, critical: true },
  ],
});
const pair = await generate(name("license.example.com"), {
  keyType: "ec",
  algorithm: "sha256",
  ca: { key: authority.private, cert: authority.cert },
  extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "license.example.com" }] }],
});
const license = { key: pair.private, cert: `${pair.cert}\n${authority.cert}` };
const through = { host: "license.example.com", port: 443 };

/** A proxy that leads to a port of loopback, whatever it is asked for. */
const leadsTo =
  (port: number): Behaviour =>
  (socket: Socket) =>
    void socket.once("data", () => {
      const inner = connect({ port, host: "127.0.0.1" });
      inner.on("error", () => socket.destroy());
      socket.write("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n");
      socket.pipe(inner).pipe(socket);
    });

async function askThrough(behaviour: Behaviour, spec: Partial<ServiceSpec> = { through }, patienceMs = 1_500) {
  const far = await peer(behaviour);
  const socket = connect({ port: far.port, host: "127.0.0.1", allowHalfOpen: true });
  const startedAt = performance.now();
  const found = await askProxyWith([authority.cert])(
    openConnection(socket),
    { name: "http-proxy", ...spec },
    {
      address: "127.0.0.1",
      family: 4,
      timeoutMs: patienceMs,
      signal: new AbortController().signal,
      port: far.port,
      name: "proxy.example.com",
      leftMs: () => Math.max(0, patienceMs - (performance.now() - startedAt)),
      connectAgain: async () => ({ kind: "not-connected", errno: "ECONNREFUSED" }),
    },
  );
  socket.destroy();
  return { found, received: far.received() };
}

describe("a proxy", () => {
  it("that leads to the server is verified by the server's certificate, asked for under its own name", async () => {
    const names: string[] = [];
    const SNICallback = (one: string, done: (error: Error | null) => void) => void (names.push(one), done(null));
    const server = await peer(silent, { ...license, SNICallback });
    const { found, received } = await askThrough(leadsTo(server.port));
    expect(found).toMatchObject({
      finding: "verified",
      saw: "through the proxy: a public authority vouches for it",
      certificate: { subject: "license.example.com" },
    });
    expect(received).toMatch(/^CONNECT license.example.com:443 HTTP\/1.1\r\nHost: license.example.com:443\r\n/);
    expect(names).toEqual(["license.example.com"]);
    expect(server.received()).toBe(""); // nothing is asked inside
  });

  it("that inspects TLS is told by its certificate", async () => {
    const server = await peer(silent, await webCertificate("license.example.com"));
    expect((await askThrough(leadsTo(server.port))).found).toMatchObject({ finding: "foreign-certificate" });
  });

  it.each<[string, Behaviour, string, string]>([
    ["wants a login", answers("HTTP/1.1 407 Login\r\n\r\n"), "refuses", "the proxy says HTTP 407 Login"],
    ["forbids it", answers("HTTP/1.1 403 Forbidden\r\n\r\n"), "refuses", "the proxy says HTTP 403 Forbidden"],
    ["gets no further", answers("HTTP/1.1 504 Timeout\r\n\r\n"), "refuses", "the proxy says HTTP 504 Timeout"],
    ["sends us away", answers("HTTP/1.1 302 Found\r\n\r\n"), "other-answer", "the proxy says HTTP 302 Found"],
    ["is another service", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
    ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
    ["closes", closesWhenAsked, "closed", "closed before answer to CONNECT"],
    ["stays silent", silent, "unanswered", "no answer to CONNECT"],
    [
      "leads to nothing that speaks",
      leadsTo(1),
      "closed",
      expect.stringMatching(/^through the proxy: (?:closed|reset) at the TLS greeting$/) as string,
    ],
  ])("that %s", async (_name, behaviour, finding, saw) => {
    expect((await askThrough(behaviour, { through }, 500)).found).toEqual({ finding, saw });
  });

  it("that is to lead nowhere is asked for a page, like any web server", async () => {
    const { found, received } = await askThrough(answers("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), {});
    expect(found).toEqual({ finding: "verified", saw: "HTTP 400" });
    expect(received).toMatch(/^GET \/ /);
  });
});
