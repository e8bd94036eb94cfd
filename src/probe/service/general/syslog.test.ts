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
import { askSyslog } from "./syslog.ts";

it("silence is what a syslog receiver does, and nothing is sent to it", async () => {
  const far = await peer(silent);
  expect(await ask(askSyslog, far)).toEqual({ finding: "handshake-only", saw: "accepts and listens in silence" });
  expect([far.received(), far.connections()]).toEqual(["", 1]);
});

it.each<[string, Behaviour, string, string]>([
  ["closes", closes, "closed", "closed before anything was sent"],
  ["resets", resets, "closed", "reset before anything was sent"],
  ["would close at a question, but gets none", closesWhenAsked, "handshake-only", "accepts and listens in silence"],
  ["speaks first", says("220 mail.example.com ESMTP\r\n"), "wrong-service", `"220 mail.example.com ESMTP"`],
  ["breaks off", breaksOff("SSH-"), "wrong-service", `"SSH-"`],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["drips", drips("x"), "wrong-service", expect.stringMatching(/^"x+…?"$/) as string],
])("what %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askSyslog, await peer(behaviour))).toEqual({ finding, saw });
});
