import { expect, it } from "vitest";
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
import { askSsh } from "./ssh.ts";

const version = "SSH-2.0-OpenSSH_9.2p1 Debian-2";

it.each<[string, Behaviour, string, string]>([
  ["its version", says(`${version}\r\n`), "verified", version],
  ["an old server's version", says("SSH-1.99-x\n"), "verified", "SSH-1.99-x"],
  ["lines of greeting before it", says(`Only for us.\r\nSSH is spoken here.\r\n${version}\r\n`), "verified", version],
  ["a version that breaks off", breaksOff("SSH-2.0-Open"), "other-answer", "an SSH version that broke off"],
  ["another service's greeting", breaksOff("220 mail\r\n"), "wrong-service", '"220 mail"'],
  ["a greeting without an end", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["a tar pit's lines", drips("abc\r\n"), "wrong-service", expect.stringMatching(/^"abc/) as string],
  ["a close", closes, "closed", "closed before SSH version"],
  ["nothing", silent, "unanswered", "no SSH version"],
])("%s", async (_name, behaviour, finding, saw) => {
  const far = await peer(behaviour);
  expect(await ask(askSsh, far, { patienceMs: 400 })).toEqual({ finding, saw });
  expect([far.connections(), far.received()]).toEqual([1, ""]);
});
