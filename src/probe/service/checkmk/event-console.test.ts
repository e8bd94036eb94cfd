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
import { askEventConsole } from "./event-console.ts";

const status = `[["status_messages","status_pid"],[42,7]]\n`;

it("is verified; the question and the end of this side come first, on one connection", async () => {
  let ended = false;
  const far = await peer((socket) => {
    // It answers at the end of the request only, so an answer proves the half-close.
    socket.once("end", () => {
      ended = true;
      socket.end(status);
    });
  });
  const found = await ask(askEventConsole, far, { site: "main" });
  expect(found).toEqual({ finding: "verified", saw: "Event Console, 42 messages received" });
  expect([ended, far.received(), far.connections()]).toEqual([true, "GET status\nOutputFormat: json\n\n", 1]);
});

it("is verified by its columns even if it counts nothing, or does not close", async () => {
  const far = await peer(says(`[["status_pid"],[7]]`));
  expect(await ask(askEventConsole, far)).toEqual({ finding: "verified", saw: "Event Console" });
});

const brokeOff = "an Event Console status that broke off";
it.each<[string, Behaviour, string, string]>([
  ["does not want us", closes, "closed", "closed before answer to the status query"],
  ["closes at the question", closesWhenAsked, "closed", "closed before answer to the status query"],
  ["resets at the question", resetsWhenAsked, "closed", "reset before answer to the status query"],
  ["stays silent", silent, "unanswered", "no answer to the status query"],
  ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
  ["answers another JSON", answers(`{"error":1}`), "wrong-service", `"{"error":1}"`],
  ["breaks off", breaksOff(status.slice(0, 30)), "other-answer", brokeOff],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["drips", drips(status.slice(0, 30)), "other-answer", brokeOff],
])("what %s", async (_name, behaviour, finding, saw) => {
  const far = await peer(behaviour);
  expect(await ask(askEventConsole, far, { patienceMs: 600 })).toEqual({ finding, saw });
  expect(far.connections()).toBe(1);
});
