import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Behaviour, ask, closes, peer, says, silent } from "../../../test/cases/service-peer.ts";
import { webCertificate } from "../../demo/certificates.ts";
import { type TcpServiceName, tcpServiceNameSchema } from "../../model/service.ts";
import { probeTcp } from "../tcp/tcp.ts";
import { smallHello } from "../../wire/http/small-hello.ts";
import { readTlsAnswer } from "../../wire/http/tls-records.ts";
import { openConnection } from "./conversation/connection.ts";
import { services } from "./services.ts";

/** Services that give strangers nothing, so that their silence is what is to be expected; all others must speak. */
const quiet: ReadonlySet<TcpServiceName> = new Set([
  "syslog", // has no answer at all
  "drbd", // waits for its peer
  "notification-spooler", // speaks to its peers only, and without TLS they begin
  "any", // was asked nothing
  "windows-agent-channel", // talks to one process of its own machine
]);

it.each(tcpServiceNameSchema.options)("%s: accepted, then silence", async (name) => {
  const found = await ask(services[name].ask, await peer(silent), { site: "main", patienceMs: 400 });
  expect(found.finding).toBe(quiet.has(name) ? "handshake-only" : "unanswered");
});

const probe = async (name: TcpServiceName, port: number, timeoutMs = 200) => {
  const context = { address: "127.0.0.1", family: 4, timeoutMs, signal: new AbortController().signal } as const;
  const { outcome, evidence } = await probeTcp({ kind: "tcp", port, service: { name, site: "main" } }, context);
  expect(outcome.kind).toBe("open");
  return evidence.service;
};

describe("where the conversation stood is evidence", () => {
  it("the TLS greeting was sent", async () => {
    const found = await probe("agent-receiver", (await peer(silent)).port);
    expect(found).toMatchObject({ finding: "unanswered", stalledAfter: "client-hello" });
    expect(found?.sentBytes).toBeGreaterThan(100);
    expect(found?.waitedMs).toBeGreaterThanOrEqual(199);
  });

  it("a part of the answer to the TLS greeting came", async () => {
    const found = await probe("https", (await peer(says(Uint8Array.of(22, 3, 3, 9, 0, 2)))).port);
    expect(found).toMatchObject({ finding: "unanswered", stalledAfter: "server-hello" });
  });

  it("the question was sent, in plain text or under TLS", async () => {
    const plain = await probe("http", (await peer(silent)).port);
    expect(plain).toMatchObject({ finding: "unanswered", stalledAfter: "question" });
    const secret = await probe("https", (await peer(silent, await webCertificate("cmk"))).port);
    expect(secret).toMatchObject({ finding: "unanswered", stalledAfter: "question", tlsVersion: "TLSv1.3" });
  });

  it("nothing of it where the service answered", async () => {
    const found = await probe("http", (await peer(says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"))).port);
    expect(found).toEqual({ name: "http", finding: "verified", saw: "HTTP 200" });
  });
});

describe("a question of 50 bytes where the usual one met silence", () => {
  const alert = Uint8Array.of(21, 3, 3, 0, 2, 2, 40);
  /** A path that loses what is larger: a greeting of the usual size, or the page itself. */
  const losesLarge: Behaviour = (socket) =>
    void socket.once("data", (question: Buffer) => {
      if (question.length < 60) socket.end(question[0] === 22 ? alert : "HTTP/1.0 200 OK\r\n\r\n");
    });

  it.each(["https", "agent-receiver", "livestatus", "ldaps", "http"] as const)(
    "%s: an answer to it shows that size matters",
    async (name) => {
      expect(await probe(name, (await peer(losesLarge)).port, 400)).toMatchObject({
        finding: "unanswered",
        smallAnswered: true,
      });
    },
  );

  it.each(["https", "livestatus", "http"] as const)(
    "%s: silence to that as well shows that it does not",
    async (name) => {
      expect(await probe(name, (await peer(silent)).port, 400)).toMatchObject({ smallAnswered: false });
    },
  );

  it("is not asked of what speaks first, of what was agreed on in TLS, or of what bears one connection only", async () => {
    expect(await probe("smtp", (await peer(closes)).port)).not.toHaveProperty("smallAnswered");
    const secured = await probe("https", (await peer(silent, await webCertificate("cmk"))).port);
    expect(secured).not.toHaveProperty("smallAnswered");
    const far = await peer(silent);
    const { signal } = new AbortController();
    const careful = { address: "127.0.0.1", family: 4, timeoutMs: 200, signal, careful: true } as const;
    const spec = { kind: "tcp", port: far.port, service: { name: "pacemaker-remote" } } as const;
    const { evidence } = await probeTcp(spec, careful);
    expect(evidence.service).toMatchObject({ finding: "unanswered", stalledAfter: "client-hello" });
    expect(evidence.service).not.toHaveProperty("smallAnswered");
    expect(far.connections()).toBe(1);
  });

  it("is answered by a real TLS server with an alert", async () => {
    const far = await peer(silent, await webCertificate("cmk"));
    const socket = connect({ port: far.port, host: "127.0.0.1" });
    onTestFinished(() => void socket.destroy());
    socket.write(smallHello);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(readTlsAnswer(answer)).toEqual({ greeted: false, alert: "handshake_failure" });
    expect(answer.length).toBe(7);
  });
});

describe("time", () => {
  const after =
    (waitMs: number, text: string): Behaviour =>
    async (socket) => {
      await sleep(waitMs);
      socket.write(text);
    };

  it("an agent is waited for as long as the deadline says", async () => {
    const far = await peer(after(600, "16"));
    const patient = await ask(services["checkmk-agent"].ask, far, { patienceMs: 3_000 });
    expect(patient.finding).toBe("verified");
    expect((await ask(services["checkmk-agent"].ask, far, { patienceMs: 200 })).finding).toBe("unanswered");
  });

  it("the longest wait for an answer is measured on the wire, whatever was read of it", async () => {
    const { port } = await peer(after(300, "16"));
    const socket = connect({ port, host: "127.0.0.1" });
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    const connection = openConnection(socket);
    await connection.read({ isEnough: (bytes) => bytes.length >= 2, withinMs: 3_000 });
    expect(connection.log.longestWaitMs()).toBeGreaterThan(200);
    expect(connection.log.hasReceived()).toBe(true);
  });
});
