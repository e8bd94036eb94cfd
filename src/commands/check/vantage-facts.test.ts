import { expect, it } from "vitest";
import { noteBlindness } from "../../report/text/note-blindness.ts";
import type { Rung } from "../../vantage/start/rungs.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { failuresByCause, vantageFacts } from "./vantage-facts.ts";

const vantage = (description: string, rung?: Rung): Vantage => ({
  observe: () => Promise.reject(new Error("not asked")),
  close: () => Promise.resolve(),
  description,
  rung,
});
const opened = new Map([
  ["cmk", vantage("this machine")],
  ["web02", vantage("ssh (bash 5.2.15)", "bash")],
  ["web01", vantage("ssh (bash 5.2.15)", "bash")],
  ["db01", vantage("ssh (Python 3.6.8)", "python")],
]);
const refused = new Map([
  ["n3", "ssh: exit code 255: Host key verification failed."],
  ["n1", "ssh: exit code 255: n1: Permission denied (publickey)."],
  ["n2", "ssh: exit code 255: n2: Permission denied (publickey,password)."],
]);

it("vantage points that are alike stand together; this process is none of them", () => {
  expect(vantageFacts(opened, refused)).toEqual([
    { nodes: ["db01"], through: "ssh (Python 3.6.8)", worker: "python", cannotSee: [] },
    {
      nodes: ["web01", "web02"],
      through: "ssh (bash 5.2.15)",
      worker: "bash",
      cannotSee: ["icmp-codes", "reset-distance", "services", "datagrams"],
    },
    {
      nodes: ["n1", "n2"],
      notOpened: { cause: "login", detail: "ssh: exit code 255: n1: Permission denied (publickey)." },
    },
    { nodes: ["n3"], notOpened: { cause: "host-key", detail: "ssh: exit code 255: Host key verification failed." } },
  ]);
});

it("those that could not be opened are counted by cause, the most frequent one first", () => {
  expect(failuresByCause(vantageFacts(opened, refused))).toEqual([
    "2 vantage points could not be opened (n1, n2): the login was refused, or a password was wanted: use a key or an agent; n1: ssh: exit code 255: n1: Permission denied (publickey).",
    "1 vantage point could not be opened (n3): the host key is not known or has changed; n3: ssh: exit code 255: Host key verification failed.",
  ]);
});

it("the report says where bash alone could send, and of the others nothing", () => {
  const notes = vantageFacts(opened, refused).map(noteBlindness);
  expect(notes).toEqual([
    undefined,
    "On web01, web02 only bash can send: it tells open, refused and silent TCP ports apart and knows nothing else. No service was asked there, and no UDP or SNMP flow.",
    undefined,
    undefined,
  ]);
});
