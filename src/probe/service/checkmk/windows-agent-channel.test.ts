import { expect, it } from "vitest";
import {
  type Behaviour,
  ask,
  closes,
  drips,
  endless,
  peer,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { askWindowsAgentChannel } from "./windows-agent-channel.ts";

it.each<[string, Behaviour, string, string]>([
  ["a close, as an old agent does it", closes, "handshake-only", "closed to strangers"],
  ["silence", silent, "handshake-only", "silent to strangers"],
  ["agent output", says("<<<check_mk>>>\n"), "other-answer", '"<<<check_mk>>>"'],
  ["an endless stream", endless(), "other-answer", `"${"A".repeat(59)}…"`],
  ["a drip", drips("A"), "other-answer", expect.stringMatching(/^"A+…?"$/) as string],
])("%s", async (_name, behaviour, finding, saw) => {
  const far = await peer(behaviour);
  expect(await ask(askWindowsAgentChannel, far, { patienceMs: 400 })).toEqual({ finding, saw });
  expect(far.received()).toBe("");
});
