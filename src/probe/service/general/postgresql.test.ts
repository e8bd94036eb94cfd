import { createSecureContext, TLSSocket } from "node:tls";
import { expect, it } from "vitest";
import { type Behaviour, ask, breaksOff, closes, peer, says, silent } from "../../../../test/cases/service-peer.ts";
import { webCertificate } from "../../../demo/certificates.ts";
import { sslRequest } from "../../../wire/greetings.ts";
import { askPostgresql } from "./postgresql.ts";

const certificate = await webCertificate("db");
const question = Buffer.from(sslRequest).toString("latin1");

/** A server as PostgreSQL is: it reads the question, answers with one byte, and begins TLS if it said so. */
const server =
  (answer: string, then: "tls" | string = ""): Behaviour =>
  (socket) => {
    socket.once("data", (chunk: Buffer) => {
      if (!chunk.equals(Buffer.from(sslRequest))) return void socket.end();
      socket.write(answer);
      if (then !== "tls") return void (then !== "" && socket.once("data", () => socket.end(then)));
      const tls = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificate) });
      tls.on("error", () => undefined).on("end", () => tls.end());
    });
  };

it("one that has TLS is left after a whole handshake", async () => {
  const found = await ask(askPostgresql, await peer(server("S", "tls")), { patienceMs: 2_000 });
  expect(found).toMatchObject({ finding: "verified", saw: "answer to SSLRequest: TLS", tlsVersion: "TLSv1.3" });
});

it.each<[string, Behaviour, string, string]>([
  ["one without TLS", server("N"), "verified", "answer to SSLRequest: no TLS"],
  [
    "one that has no room",
    server("Esorry, too many clients already\n\0"),
    "refuses",
    "sorry, too many clients already",
  ],
  ["an SSH server", says("SSH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
  ["an S, and then no TLS", server("S", "SH-2.0-x\r\n"), "wrong-service", '"SSH-2.0-x"'],
  ["an S, and then a close", breaksOff("S"), "other-answer", "answer to SSLRequest: TLS, which did not begin"],
  ["an S, and then silence", says("S"), "other-answer", "answer to SSLRequest: TLS, which did not begin"],
  [
    "an S, and then a refusal",
    server("S", "\x15\x03\x01\0\x02\x02\x28"),
    "verified",
    "answer to SSLRequest: TLS, which could not be agreed on",
  ],
  ["an N, and more", says("NO\r\n"), "wrong-service", '"NO"'],
  ["a close", closes, "closed", "closed before answer to SSLRequest"],
  ["silence", silent, "unanswered", "no answer to SSLRequest"],
])("%s", async (_name, behaviour, finding, saw) => {
  const far = await peer(behaviour);
  expect(await ask(askPostgresql, far, { patienceMs: 1_000 })).toEqual({ finding, saw });
  if (finding !== "closed") expect(far.received().startsWith(question)).toBe(true);
});
