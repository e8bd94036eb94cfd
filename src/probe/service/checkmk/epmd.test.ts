import { expect, it } from "vitest";
import {
  type Behaviour,
  answers,
  ask,
  breaksOff,
  closes,
  closesWhenAsked,
  drips,
  endless,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { askEpmd } from "./epmd.ts";

const names = "\0\0\x11\x11name rabbit-main at port 25672\n";

it("is verified by the names it knows, asked with three bytes", async () => {
  const far = await peer(answers(names));
  expect(await ask(askEpmd, far)).toEqual({ finding: "verified", saw: "epmd: rabbit-main at 25672" });
  expect(far.received()).toBe("\0\x01n");
});

it("is verified by its own port where it knows nobody, and not by another's", async () => {
  const far = await peer(answers("\0\0\x11\x11"));
  expect(await ask(askEpmd, far, { port: 4_369 })).toEqual({ finding: "verified", saw: "epmd: no nodes" });
  expect(await ask(askEpmd, far, { port: 4_370 })).toEqual({ finding: "wrong-service", saw: "bytes 00 00 11 11" });
});

const endlessNames = "a list of Erlang nodes that does not end";
it.each<[string, Behaviour, string, string]>([
  ["does not want us", closes, "closed", "closed before answer to the names request"],
  ["closes at the question", closesWhenAsked, "closed", "closed before answer to the names request"],
  ["resets at the question", resetsWhenAsked, "closed", "reset before answer to the names request"],
  ["stays silent", silent, "unanswered", "no answer to the names request"],
  ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
  ["does not close", says(names), "other-answer", endlessNames],
  ["breaks off", breaksOff(names), "other-answer", endlessNames],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  [
    "has endless names",
    (socket, nth) => void (socket.write(names), endless(names.slice(4))(socket, nth)),
    "other-answer",
    endlessNames,
  ],
  ["drips", drips("x"), "wrong-service", expect.stringMatching(/^"xxx/) as string],
])("what %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askEpmd, await peer(behaviour), { patienceMs: 500 })).toEqual({ finding, saw });
});
