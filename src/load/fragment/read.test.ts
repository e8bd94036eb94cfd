import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { posixCksum } from "./cksum.ts";
import { readFragments } from "./read.ts";

const head = [
  "pm format portmatrix-fragment/1",
  "pm version 0.1.0",
  "pm node web01",
  `pm plan ${"a".repeat(64)}`,
  `pm seed ${"b".repeat(32)}`,
  "pm timeout 4500",
  `pm script python ${"c".repeat(64)} -`,
  "pm tool Python 3.11.2",
  "pm began 1795888846",
];
const facts = [
  "pm 1 10.0.0.5 open 812 10.0.7.2 40122",
  "pm 1 10.0.0.5 received 0 1210 3c3c3c636865636b5f6d6b3e3e3e",
  "pm 1 10.0.0.5 ended 0 1350",
  "pm 2 10.0.0.5 error 0 EHOSTUNREACH 190 0 3 13 10.0.1.1 0 -",
  "pm 3 fd00::9 quiet 0 5000123",
  "pm 4 - unsent not-supported b64:bmMgY2Fubm90",
  "pm 5 10.0.0.6 datagram 1 900 6162 10.0.0.6 53 64 1795888846000",
  "pm 6 - nameless 6e6f",
];
const last = ["pm finished 1795888852"];
const whole = [...head, ...facts, ...last];
const sumOf = (lines: readonly string[]): string =>
  `sha256:${createHash("sha256")
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest("hex")}`;
const begin = "-----BEGIN PORTMATRIX FRAGMENT-----";
const fragment = (lines: readonly string[] = whole, sum = sumOf(lines), end = "\n"): string =>
  [begin, ...lines, `-----END PORTMATRIX FRAGMENT ${lines.length} ${sum}-----`, ""].join(end);

describe("fragments in a text", () => {
  const [read] = readFragments(fragment());

  it("are read with everything in them", () => {
    if (read === undefined || !("fragment" in read)) throw new Error(JSON.stringify(read));
    expect(read.fragment).toMatchObject({ node: "web01", tool: "Python 3.11.2", beganAt: "2026-11-28T18:00:46.000Z" });
    expect(read.fragment.flows).toMatchObject([
      {
        number: 1,
        places: [{ address: "10.0.0.5", facts: [{ kind: "open" }, { kind: "received" }, { kind: "ended" }] }],
      },
      { number: 2, places: [{ facts: [{ errno: "EHOSTUNREACH", icmp: { type: 3, code: 13, sender: "10.0.1.1" } }] }] },
      { number: 3, places: [{ address: "fd00::9" }] },
      { number: 4, places: [{ address: "-", facts: [{ kind: "unsent", text: "nc cannot" }] }] },
      { number: 5, places: [{ facts: [{ kind: "datagram", bytes: "6162", ttl: 64 }] }] },
      { number: 6, nameless: "no", places: [] },
    ]);
  });

  it.each([
    ["line ends of a terminal", fragment(whole, sumOf(whole), "\r\n")],
    ["escape sequences before the mark", `\u001B[?1h\u001B[?1l${fragment()}`],
    ["lines of stderr between its own", fragment().replace("pm tool", "sh: warning: here comes trouble\npm tool")],
    ["a log around it", `2026 start\n${fragment()}2026 end\n`],
    [
      "the sum of cksum",
      fragment(whole, `cksum:${posixCksum(Buffer.from(whole.map((line) => `${line}\n`).join("")))}`),
    ],
    ["no sum where there was none to be had", fragment(whole, "-")],
  ])("survive %s", (_name, text) => expect(readFragments(text)).toEqual([read]));

  it.each([
    ["its end is missing", fragment().split("-----END")[0], /breaks off/],
    ["a line is missing", fragment().replace(`${facts[2]}\n`, ""), /has 17 lines of the 18/],
    ["a digit is another one", fragment().replace("812", "813"), /sum is another one/],
    ["the last line is cut", fragment().slice(0, -30), /last line is not whole|breaks off/],
    ["another begins in it", fragment().replace("pm tool", `${begin}\npm tool`), /breaks off: another one begins/],
    ["it says something twice", fragment([...whole, "pm node web02"]), /says "node" twice/],
    ["its address is none", fragment([...head, "pm 1 ../etc open 1 - -", ...last]), /flow 1/],
    [
      "it says what no script says",
      fragment([...head, "pm 1 10.0.0.5 constructor 1", ...last]),
      /says what no script says/,
    ],
    ["its format is another one", fragment(["pm format portmatrix-fragment/2", ...whole.slice(1)]), /"format" is none/],
  ])("are refused, in one line, where %s", (_name, text, why) => {
    const refusals = readFragments(text ?? "").flatMap((one) => ("refusal" in one ? one.refusal : []));
    expect(refusals[0]).toMatch(why);
    for (const refusal of refusals) expect(refusal).not.toContain("\n");
  });

  it.each([
    [
      "the mark of the second is damaged",
      `${fragment()}${fragment().replace("-----BEGIN", "----BEGIN")}${fragment()}`,
      2,
    ],
    ["the mark of the first is gone", `${fragment().replace(`${begin}\n`, "")}${fragment()}`, 1],
    ["both marks of the last are gone", `${fragment()}${whole.join("\n")}\n`, 1],
  ])("a missing first mark has a line of its own, and the others are read: %s", (_name, text, others) => {
    const found = readFragments(text);
    expect(found.filter((one) => "fragment" in one)).toHaveLength(others);
    const refusals = found.flatMap((one) => ("refusal" in one ? one.refusal : []));
    expect(refusals).toEqual(["it is damaged: the mark before its first line is missing"]);
  });

  it("what listens on the script's machine is read, and older fragments without it are", () => {
    const asked = "pm asked tcp/22 tcp/80 udp/161 10.0.0.5 10.0.0.6";
    const listens = "pm listens kernel+ss tcp/22/0.0.0.0 tcp/80/::/v6only own/10.0.0.5 foreign/10.0.0.6";
    const [one] = readFragments(fragment([...head, asked, listens, ...last]));
    expect(one).toMatchObject({
      fragment: {
        asked: ["tcp/22", "tcp/80", "udp/161", "10.0.0.5", "10.0.0.6"],
        listening: {
          knowsIpv6Only: true,
          places: [
            { protocol: "tcp", port: 22, address: "0.0.0.0" },
            { protocol: "tcp", port: 80, address: "::", isIpv6Only: true },
          ],
          own: ["10.0.0.5"],
          foreign: ["10.0.0.6"],
        },
      },
    });
    const [unread] = readFragments(fragment([...head, asked, "pm listens - 6e6f", ...last]));
    expect(unread).toMatchObject({ fragment: { listening: "no" } });
    expect(read).not.toHaveProperty("fragment.listening");
  });

  it.each([
    "pm listens guesses tcp/22/0.0.0.0",
    "pm listens kernel sctp/22/0.0.0.0",
    "pm listens kernel tcp/70000/0.0.0.0",
    "pm listens kernel tcp/22/here",
    "pm listens kernel tcp/22/::/v6only/x",
    "pm listens kernel own/x",
    "pm asked tcp/22 ../x",
  ])("%s is refused", (line) => {
    expect(readFragments(fragment([...head, line, ...last]))).toEqual([{ refusal: expect.stringMatching(/damaged/) }]);
  });

  it("stand for themselves: whatever is done to one, the others are read (500 mutations)", () => {
    const other = fragment(whole.map((line) => (line === "pm node web01" ? "pm node web02" : line)));
    const mutation = fc.oneof(
      fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), to: fc.nat(400) }),
      fc.record({ kind: fc.constant("double" as const), at: fc.nat(), to: fc.nat(400) }),
      fc.record({
        kind: fc.constant("text" as const),
        at: fc.nat(),
        to: fc.string({ unit: "binary", maxLength: 200 }),
      }),
      fc.record({
        kind: fc.constant("line" as const),
        at: fc.nat(),
        to: fc.constantFrom(
          "pm",
          "pm 1",
          "pm 999999 a b",
          "pm 1 ::1 received 0 1 zz",
          `pm 1 ::1 received 0 1 ${"00".repeat(70_000)}`,
        ),
      }),
    );
    fc.assert(
      fc.property(mutation, ({ kind, at, to }) => {
        const text = fragment();
        const place = at % text.length;
        const changed =
          kind === "flip"
            ? text.slice(0, place) + String.fromCharCode(to) + text.slice(place + 1)
            : kind === "cut"
              ? text.slice(0, place) + text.slice(place + to)
              : kind === "double"
                ? text.slice(0, place + to) + text.slice(place)
                : kind === "line"
                  ? text.replace("pm tool", `${to}\npm tool`)
                  : text.slice(0, place) + to + text.slice(place);
        const found = readFragments(`${other}${changed}\n${other}`);
        const nodes = found.flatMap((one) => ("fragment" in one ? one.fragment.node : []));
        expect(nodes.filter((node) => node === "web02").length).toBe(2);
        for (const one of found) {
          if ("refusal" in one) expect(one.refusal.split("\n")).toHaveLength(1);
          else expect([read, readFragments(other)[0]]).toContainEqual(one);
        }
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });
});
