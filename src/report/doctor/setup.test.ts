import { describe, expect, it } from "vitest";
import type { SetupFacts } from "../../model/machine/setup.ts";
import { describeSetup, renderSetupJson, renderSetupText } from "./setup.ts";

const whole: SetupFacts = {
  platform: "linux",
  node: "20.20.2",
  rawSocket: { is: "there", what: "allowed" },
  ping: { is: "there", what: "works (iputils)" },
  python: { is: "there", what: "Python 3.11.2" },
  perl: { is: "there", what: "perl 5.36.0" },
  bash: { is: "there", what: "bash 5.2.15" },
  ssh: { is: "there", what: "OpenSSH_9.2p1" },
  ipv6: ["2001:db8::5"],
  openFiles: 65_536,
  tracking: { count: 12, max: 65_536 },
};
const none = { is: "absent", why: "not installed" } as const;
const describeIt = (facts: Partial<SetupFacts>) => describeSetup({ ...whole, ...facts }, { version: "1.0.0" });

describe("what a machine lacks", () => {
  it("is nothing where all is there", () => {
    const record = describeIt({});
    expect(record.verdict).toBe("ready");
    expect(record.entries.every(({ state, remedy }) => state === "ok" && remedy === undefined)).toBe(true);
  });

  it.each<[string, Partial<SetupFacts>, string, string]>([
    ["no raw socket", { rawSocket: none }, "raw-socket", "note"],
    ["no privilege", { rawSocket: { is: "absent", why: "raw sockets need CAP_NET_RAW" } }, "raw-socket", "note"],
    ["neither raw socket nor ping", { rawSocket: none, ping: none }, "echo", "missing"],
    ["nobody who sees ICMP errors", { rawSocket: none, python: none, perl: none }, "icmp-errors", "note"],
    ["no interpreter", { python: none, perl: none, bash: none }, "interpreters", "note"],
    ["no ssh", { ssh: none }, "ssh", "note"],
    ["no IPv6", { ipv6: [] }, "ipv6", "note"],
    ["few open files", { openFiles: 256 }, "open-files", "note"],
    ["a nearly full table", { tracking: { count: 900, max: 1_000 } }, "connection-tracking", "note"],
    ["a full table", { tracking: { count: 1_000, max: 1_000 } }, "connection-tracking", "missing"],
  ])("%s", (_name, facts, id, state) => {
    const record = describeIt(facts);
    const entry = record.entries.find((one) => one.id === id);
    expect(entry).toMatchObject({ state, remedy: expect.any(String) });
    expect(record.verdict).toBe(state === "missing" ? "undecided" : "ready");
  });

  it("is never to be mended with a program of another system", () => {
    const { entries } = describeIt({
      platform: "win32",
      rawSocket: none,
      ping: none,
      python: none,
      perl: none,
      bash: none,
    });
    expect(JSON.stringify(entries)).not.toMatch(/apt-get|setcap/);
  });
});

it("the text has a line for each entry, at most as wide as the terminal, and commands whole", () => {
  const record = describeIt({ rawSocket: { is: "absent", why: "raw sockets need CAP_NET_RAW" }, ipv6: [] });
  const text = renderSetupText(record, { width: 60, colour: false, unicode: true });
  for (const { title } of record.entries) expect(text).toContain(` ${title}: `);
  const commands = record.entries.flatMap(({ commands = [] }) => commands);
  for (const command of commands) expect(text).toContain(`    ${command}\n`);
  const prose = text.split("\n").filter((line) => !line.startsWith("    "));
  expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(renderSetupText(record, { width: 60, colour: false, unicode: false })).toMatch(/^[\n -~]*$/);
});

it("JSON is the record", () => {
  const record = describeIt({});
  expect(JSON.parse(renderSetupJson(record))).toEqual(record);
});
