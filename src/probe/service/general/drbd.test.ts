import { expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  breaksOff,
  closes,
  closesWhenAsked,
  drips,
  endless,
  peer,
  resets,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { askDrbd } from "./drbd.ts";

it("silence is a resource without its peer, and nothing is sent to it", async () => {
  const far = await peer(silent);
  expect(await ask(askDrbd, far)).toEqual({
    finding: "handshake-only",
    saw: "accepts in silence, as a resource that waits for its peer does",
  });
  expect([far.received(), far.connections()]).toEqual(["", 1]);
});

it.each<[string, Behaviour, string, string]>([
  ["closes", closes, "closed", "closed before anything was sent"],
  ["resets", resets, "closed", "reset before anything was sent"],
  [
    "would close at a question, but gets none",
    closesWhenAsked,
    "handshake-only",
    "accepts in silence, as a resource that waits for its peer does",
  ],
  ["speaks first", says("220 mail.example.com ESMTP\r\n"), "wrong-service", `"220 mail.example.com ESMTP"`],
  ["breaks off", breaksOff("SSH-"), "wrong-service", `"SSH-"`],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["drips", drips("x"), "wrong-service", expect.stringMatching(/^"x+…?"$/) as string],
])("what %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askDrbd, await peer(behaviour))).toEqual({ finding, saw });
});
