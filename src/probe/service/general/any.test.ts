import { expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  closes,
  endless,
  peer,
  resets,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import type { ServiceSpec, TcpServiceName } from "../../../model/service.ts";
import { probeTcp } from "../../tcp/tcp.ts";
import { askAny } from "./any.ts";

it.each<[string, Behaviour, object]>([
  ["stays", silent, { finding: "handshake-only" }],
  ["greets", says("220 mail\r\n"), { finding: "verified", saw: '"220 mail"' }],
  ["greets and closes", (socket) => void socket.end("bye\r\n"), { finding: "verified", saw: '"bye"' }],
  ["never ends", endless(), { finding: "verified", saw: `"${"A".repeat(59)}…"` }],
  ["closes again", closes, { finding: "closed", saw: "closed before anything was said" }],
  ["resets", resets, { finding: "closed", saw: "reset before anything was said" }],
])("what %s", async (_name, behaviour, found) => {
  const far = await peer(behaviour);
  expect(await ask(askAny, far)).toEqual(found);
  expect(far.received()).toBe("");
});

const probe = async (behaviour: Behaviour, service: ServiceSpec) => {
  const context = { address: "127.0.0.1", family: 4, timeoutMs: 400, signal: new AbortController().signal } as const;
  const { port } = await peer(behaviour);
  return (await probeTcp({ kind: "tcp", port, service }, context)).evidence.service?.finding;
};

it.each<[string, TcpServiceName, Behaviour, string, string]>([
  ["speaks plain text", "tls", says("HTTP/1.1 400 Bad Request\r\n\r\n"), "plaintext", "other-answer"],
  ["is another service", "ssh", says("220 mail\r\n"), "wrong-service", "other-answer"],
  ["refuses in TLS", "tls", says(Uint8Array.of(21, 3, 1, 0, 2, 2, 70)), "tls-failed", "other-answer"],
  ["closes at the question", "tls", (socket) => void socket.once("data", () => socket.end()), "closed", "other-answer"],
  ["closes before any", "ssh", closes, "closed", "closed"],
  ["stays silent", "http", silent, "unanswered", "unanswered"],
  ["is the usual one", "ssh", says("SSH-2.0-x\r\n"), "verified", "verified"],
])("what %s at a usual port: named, and only assumed", async (_name, name, behaviour, named, assumed) => {
  expect(await probe(behaviour, { name })).toBe(named);
  expect(await probe(behaviour, { name, assumed: true })).toBe(assumed);
});
