import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SocketError } from "../sockets.ts";
import { openFarTalk } from "./talk.ts";

/** A talk whose orders are kept; the test says what the far side answers. */
function start(quietPatienceMs = 50) {
  const orders: string[] = [];
  let ended = 0;
  const talk = openFarTalk({
    send: (line) => void orders.push(line.trimEnd()),
    onBroken: () => (ended += 1),
    quietPatienceMs,
  });
  return { talk, orders, endings: () => ended };
}
const to = { address: "192.0.2.1", port: 80, family: 4 } as const;

describe("a far side", () => {
  it("opens what it was told, and is told when nobody wants it any more", () => {
    const { talk, orders } = start();
    const socket = talk.forProbe().connect(to);
    let isOpen = false;
    socket.on("connect", () => (isOpen = true));
    talk.hear("open 1 192.0.2.9 4000 1500 1");
    expect([isOpen, socket.localPort, socket.measured]).toEqual([true, 4_000, { rttMs: 1.5, retransmits: 1 }]);
    socket.destroy();
    expect(orders).toEqual(["tcp 1 192.0.2.1 80", "close 1"]);
    talk.hear("error 1 ECONNRESET 0 5 -"); // on its way when it was closed
    expect(talk.lookUp).toBeTypeOf("function");
  });

  it.each<[string, string[]]>([
    ["a number that was never given", ["open 99 192.0.2.9 4000 1 0"]],
    ["garbage", ["hello there"]],
    ["a line without end", ["undefined"]],
    ["bytes before the connection", ["data 1 00"]],
    ["bytes that nobody asked for", ["open 1 - 0 1 0", "data 1 00"]],
    ["the same connection twice", ["open 1 - 0 1 0", "open 1 - 0 1 0"]],
    ["a datagram of a connection", ["datagram 1 192.0.2.1 80 1 1 - 00"]],
    ["an answer to a write that there was not", ["open 1 - 0 1 0", "sent 1"]],
    ["a name in place of a connection", ["names 1 192.0.2.1/0"]],
    ["that it failed", ["failed 6e6f"]],
  ])("that says %s ends the talk, and nothing is opened", async (_, lines) => {
    const { talk, endings } = start();
    const socket = talk.forProbe().connect(to);
    const seen: string[] = [];
    socket.on("data", () => seen.push("data")).on("error", () => seen.push("error"));
    socket.pause();
    for (const line of lines) talk.hear(line === "undefined" ? undefined : line);
    expect(endings()).toBe(1);
    expect(await talk.broken).toMatch(/^the (vantage point|worker)/);
    expect(seen).toEqual([]);
    socket.destroy();
  });

  it("that sends more than was asked for ends the talk", () => {
    const { talk, endings } = start();
    const socket = talk.forProbe().connect(to).resume();
    socket.on("error", () => undefined);
    talk.hear("open 1 - 0 1 0");
    for (let sent = 0; sent < 200 && endings() === 0; sent += 1) talk.hear(`data 1 ${"00".repeat(1_024)}`);
    expect(endings()).toBe(1);
  });

  it("that says nothing cannot make silence: the wait for its word ends the talk", async () => {
    const { talk, endings } = start(30);
    const sockets = talk.forProbe();
    sockets.connect(to).on("error", () => undefined);
    await expect(sockets.far?.confirmQuiet()).rejects.toThrow("gave no answer within 30 ms");
    expect(endings()).toBe(1);
  });

  it("is asked for a quiet as long as this side believes to have waited", async () => {
    const { talk, orders } = start();
    const sockets = talk.forProbe();
    sockets.connect(to).on("error", () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 40));
    const quiet = sockets.far?.confirmQuiet();
    const [, waited = ""] = /^quiet 2 1:(\d+)$/.exec(orders.at(-1) ?? "") ?? [];
    expect(Number(waited)).toBeGreaterThanOrEqual(35);
    talk.hear("quiet 2");
    await quiet;
  });

  it("gives an error with what the kernel kept", async () => {
    const { talk } = start();
    const socket = talk.forProbe().connect(to);
    const failed = new Promise<SocketError>((resolve) => socket.once("error", resolve));
    talk.hear("error 1 EHOSTUNREACH 0 900 3 13 192.0.2.254 0 -");
    expect(await failed).toMatchObject({
      code: "EHOSTUNREACH",
      afterMs: 0.9,
      icmp: { type: 3, code: 13, sender: "192.0.2.254", isOwn: false },
    });
  });

  it("takes endless blank lines for what they are", () => {
    const { talk, endings } = start();
    for (let line = 0; line < 1_001; line += 1) talk.hear("");
    expect(endings()).toBe(1);
  });

  it("may say anything: one probe's lines never touch another's socket", () => {
    const lines = fc.array(
      fc.tuple(
        fc.constantFrom("open", "data", "end", "sent", "error", "bound", "datagram", "quiet"),
        fc.constantFrom("1", "2", "3"),
        fc.constantFrom("", "- 0 1 0", "00", "ECONNREFUSED 0 1 none", "192.0.2.1 53 1 1 - 00", "- 53"),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, (said) => {
        const { talk } = start();
        const mine = talk.forProbe().connect(to);
        const other = talk.forProbe().connect(to);
        const touched: string[] = [];
        for (const event of ["connect", "data", "error"]) other.on(event, () => touched.push(event));
        mine.on("error", () => undefined);
        for (const [word, id, rest] of said) talk.hear(`${word} ${id} ${rest}`.trimEnd());
        const mayTouch = said.some(([, id]) => id === "2");
        if (!mayTouch) expect([touched, other.destroyed]).toEqual([[], false]);
        for (const socket of [mine, other]) socket.on("error", () => undefined).destroy();
      }),
    );
  });
});
