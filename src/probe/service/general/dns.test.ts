import dnsPacket from "dns-packet";
import { expect, it } from "vitest";
import {
  type Behaviour,
  answers,
  ask,
  closes,
  closesWhenAsked,
  drips,
  endless,
  peer,
  resetsWhenAsked,
  says,
  silent,
} from "../../../../test/cases/service-peer.ts";
import { afterReading } from "../../flight/deadline.ts";
import { askDns } from "./dns.ts";

/** A name server's answer with an rcode, or with a wrong id, with its length in front. */
function reply(query: Buffer, rcode: number, idOffset = 0): Buffer {
  const { id = 0, questions = [] } = dnsPacket.streamDecode(query);
  return dnsPacket.streamEncode({ type: "response", id: (id + idOffset) & 0xffff, flags: rcode, questions });
}

it.each([
  [0, "NOERROR"],
  [3, "NXDOMAIN"],
  [5, "REFUSED"],
])("rcode %d is verified: %s", async (rcode, name) => {
  const far = await peer(answers((query) => reply(query, rcode)));
  expect(await ask(askDns, far)).toEqual({ finding: "verified", saw: `DNS ${name}` });
  expect(dnsPacket.streamDecode(Buffer.from(far.received(), "latin1")).questions).toMatchObject([
    { name: "localhost" },
  ]);
});

it("an answer in pieces is waited for", async () => {
  const far = await peer((socket) => {
    socket.once("data", (query: Buffer) => {
      const whole = reply(query, 0);
      socket.write(whole.subarray(0, 5));
      setTimeout(() => socket.write(whole.subarray(5)), 50);
    });
  });
  expect(await ask(askDns, far)).toEqual({ finding: "verified", saw: "DNS NOERROR" });
});

const begins = (query: Buffer) => reply(query, 0).subarray(0, 10);
it.each<[string, Behaviour, string, string]>([
  [
    "answers another question",
    answers((query) => reply(query, 0, 1)),
    "other-answer",
    "DNS NOERROR, but to another question",
  ],
  ["breaks off", answers(begins), "other-answer", "a DNS answer that broke off"],
  [
    "resets in the middle",
    (socket) =>
      void socket.once("data", (query: Buffer) => {
        socket.write(begins(query));
        afterReading(60, 0, () => socket.resetAndDestroy());
      }),
    "other-answer",
    "a DNS answer that broke off",
  ],
  ["does not want us", closes, "closed", "closed before answer to the query"],
  ["closes at the question", closesWhenAsked, "closed", "closed before answer to the query"],
  ["resets at the question", resetsWhenAsked, "closed", "reset before answer to the query"],
  ["stays silent", silent, "unanswered", "no answer to the query"],
  ["sends the question back", answers((query) => query), "other-answer", "a DNS answer that broke off"],
  ["is an SSH server", says("SSH-2.0-OpenSSH_9.2\r\n"), "wrong-service", `"SSH-2.0-OpenSSH_9.2"`],
  ["never ends", endless(), "wrong-service", `"${"A".repeat(59)}…"`],
  ["drips", drips("x"), "wrong-service", expect.stringMatching(/^"xxx/) as string],
])("what %s", async (_name, behaviour, finding, saw) => {
  expect(await ask(askDns, await peer(behaviour), { patienceMs: 500 })).toEqual({ finding, saw });
});
