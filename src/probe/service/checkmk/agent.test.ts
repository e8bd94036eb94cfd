import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  breaksOff,
  closes,
  drips,
  endless,
  peer,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { probeTcp } from "../../tcp/tcp.ts";
import { askCheckmkAgent, readAgentStart } from "./agent.ts";

const output = "<<<check_mk>>>\nVersion: 2.3.0\n";
const resets: Behaviour = (socket) => void setTimeout(() => socket.resetAndDestroy(), 60);

it.each<[string, Behaviour, string, string]>([
  ["a controller with TLS", says("16"), "verified", "agent controller with TLS"],
  ["a controller whose bytes come one by one", drips("16"), "verified", "agent controller with TLS"],
  ["plain output", says(output), "unencrypted", "agent output in plain text"],
  [
    "output encrypted with a secret",
    says("03\u0000\u0001"),
    "shared-secret",
    "agent output encrypted by OpenSSL, PBKDF2 with SHA-256",
  ],
  ["output of an old Windows agent", says("99xy"), "shared-secret", "agent output encrypted by old Windows agent"],
  ["an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", '"SSH-2.0-OpenSSH_9.2"'],
  ["one byte and a reset", breaksOff("1"), "wrong-service", '"1"'],
  ["an endless stream", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["a terminal's commands", says("\u001B]0;x\u0007"), "wrong-service", "bytes 1b 5d 30 3b 78 07"],
  ["a close", closes, "closed", "closed before agent output"],
  ["a reset", resets, "closed", "reset before agent output"],
  ["silence", silent, "unanswered", "no agent output"],
])("%s", async (_name, behaviour, finding, saw) => {
  const far = await peer(behaviour);
  const found = await ask(askCheckmkAgent, far, { patienceMs: 700 });
  expect(found).toEqual({ finding, saw });
  expect([far.connections(), far.received()]).toEqual([1, ""]); // one run of the agent, and nothing is said to it
});

it("a legacy agent that is known as one is verified", async () => {
  const found = await ask(askCheckmkAgent, await peer(says(output)), { plaintext: "expected" });
  expect(found).toEqual({ finding: "verified", saw: "agent output in plain text" });
});

it("an agent that collects first is waited for, and the wait is told", async () => {
  const slow: Behaviour = async (socket) => {
    await sleep(1_300);
    socket.write(output);
  };
  const found = await ask(askCheckmkAgent, await peer(slow), { patienceMs: 5_000 });
  expect(found.finding).toBe("unencrypted");
  expect(found.saw).toMatch(/^agent output in plain text, 1\.[2-9] s after the connection$/);
});

describe("the first two bytes", () => {
  it.each([
    ["00", "shared-secret"],
    ["02", "shared-secret"],
    ["03", "shared-secret"],
    ["99", "shared-secret"],
    ["04", "wrong-service"],
    ["<", "wrong-service"],
    ["HT", "wrong-service"],
  ])("%s: %s", (text, finding) => {
    const received = { bytes: Buffer.from(text), ending: "enough" } as const;
    expect(readAgentStart(received, { name: "checkmk-agent" }).finding).toBe(finding);
  });
});

it("an agent that resets before this side knows that it was accepted has closed", async () => {
  const { port } = await peer((socket) => void socket.resetAndDestroy());
  const context = { address: "127.0.0.1", family: 4, timeoutMs: 2_000, signal: new AbortController().signal } as const;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { evidence } = await probeTcp({ kind: "tcp", port, service: { name: "checkmk-agent" } }, context);
    expect(evidence.service).toMatchObject({ name: "checkmk-agent", finding: "closed" });
  }
});
