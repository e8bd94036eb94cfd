import { EventEmitter } from "node:events";
import { describe, expect, it, vi } from "vitest";
import type { ConnectOptions, DatagramListener, FarSockets, Sockets, TcpSocket } from "../../sockets/sockets.ts";
import type { ProbeContext } from "../flight/prober.ts";
import { probeTcp } from "./tcp.ts";

/** What the far side does: the echo's time to live, and how the second connection ends. */
interface FarSide {
  hostTtl?: number | "refused" | undefined;
  ping?: string;
  second: (Error & { code?: string; icmp?: unknown }) | "open" | "silent";
}
const resetError = (icmp: unknown = "none") => Object.assign(new Error("x"), { code: "ECONNREFUSED", icmp });

/** Refuses the first connection with a reset; counts what is asked. */
function farSide({ hostTtl, ping = "", second }: FarSide) {
  const asked: (ConnectOptions | undefined)[] = [];
  let echoes = 0;
  const connect = (_: unknown, options?: ConnectOptions): TcpSocket => {
    asked.push(options);
    const isFirst = options === undefined;
    const socket = Object.assign(new EventEmitter(), {
      connecting: true,
      destroy: () => socket,
      resetAndDestroy: () => socket,
    });
    setImmediate(() => {
      socket.connecting = second === "silent" && !isFirst;
      if (isFirst) socket.emit("error", resetError());
      else if (second === "open") socket.emit("connect");
      else if (second !== "silent") socket.emit("error", second);
    });
    return socket as unknown as TcpSocket;
  };
  const openEcho = (_: unknown, { onReady, onReceived, onError }: DatagramListener) => {
    echoes += 1;
    setImmediate(() => (hostTtl === "refused" ? onError(new Error("EACCES")) : onReady()));
    return {
      send: (bytes: Uint8Array) => {
        if (typeof hostTtl !== "number") return;
        const measured = { afterMs: 1, clockMs: 0, ttl: hostTtl };
        onReceived({ bytes: Buffer.from(bytes), from: "192.0.2.1", port: 0, measured });
      },
      local: () => ({}),
      close: () => undefined,
    };
  };
  const far: FarSockets = {
    isElsewhere: true,
    hostTtls: new Map(),
    openEcho,
    runPing: () => Promise.resolve({ output: ping, exitCode: ping === "" ? 1 : 0 }),
    confirmQuiet: () => Promise.resolve(),
  };
  const sockets = { connect, findRoute: () => Promise.resolve({ kind: "routed" }), far } as unknown as Sockets;
  const ask = (more: Partial<ProbeContext> = {}) =>
    probeTcp(
      { kind: "tcp", port: 80 },
      { address: "192.0.2.1", family: 4, timeoutMs: 500, signal: new AbortController().signal, sockets, ...more },
    );
  return { ask, asked, echoes: () => echoes };
}

describe("after a reset", () => {
  it.each<[string, FarSide, boolean | undefined, number]>([
    ["the reset comes again from nearer", { hostTtl: 61, second: resetError() }, true, 2],
    ["nothing comes any more", { hostTtl: 61, second: "silent" }, false, 2],
    [
      "a Windows host's would not come, nor a router's that starts at 64",
      { hostTtl: 125, second: "silent" },
      undefined,
      2,
    ],
    ["a Windows host, and nearer", { hostTtl: 125, second: resetError() }, true, 2],
    ["it listens meanwhile", { hostTtl: 61, second: "open" }, undefined, 2],
    ["a router says something else", { hostTtl: 61, second: resetError({ type: 3, code: 3 }) }, undefined, 2],
    [
      "the socket cannot do it",
      { hostTtl: 61, second: Object.assign(new Error(""), { code: "ENOPROTOOPT" }) },
      undefined,
      2,
    ],
    ["no router is in between", { hostTtl: 64, second: resetError() }, undefined, 1],
    ["the host answers no echo", { second: resetError() }, undefined, 1],
    [
      "the program ping knows",
      {
        hostTtl: "refused",
        ping: "64 bytes from 192.0.2.1: icmp_seq=1 ttl=61 time=1 ms\n",
        second: resetError(),
      },
      true,
      2,
    ],
  ])("%s", async (_, side, nearer, connections) => {
    const { ask, asked } = farSide(side);
    const { outcome, evidence } = await ask();
    expect(outcome.kind).toBe("refused");
    expect(evidence.resetNearer).toBe(nearer);
    expect(asked).toHaveLength(connections);
    const from = side.hostTtl === 125 ? 126 : 62;
    expect(asked[1]).toEqual(connections === 2 ? { leastTtl: from } : undefined);
  });

  it.each<[string, Partial<ProbeContext>]>([
    ["a second connection could do harm", { careful: true }],
    ["that it is closed is wanted", { isBlockExpected: true }],
  ])("nothing more is sent where %s", async (_, context) => {
    const { ask, asked, echoes } = farSide({ hostTtl: 61, second: resetError() });
    expect((await ask(context)).evidence.resetNearer).toBeUndefined();
    expect([asked.length, echoes()]).toEqual([1, 0]);
  });

  it("a host is asked for one echo, however many of its ports are closed", async () => {
    const { ask, echoes } = farSide({ hostTtl: 61, second: resetError() });
    const seen = await Promise.all([ask(), ask(), ask()]);
    expect(seen.map(({ evidence }) => evidence.resetNearer)).toEqual([true, true, true]);
    expect(echoes()).toBe(1);
  });

  it("an interrupted run waits for none of it", async () => {
    const interrupting = new AbortController();
    const { ask, asked } = farSide({ hostTtl: 61, second: "silent" });
    const asking = ask({ signal: interrupting.signal });
    await vi.waitUntil(() => asked.length === 2);
    interrupting.abort();
    expect((await asking).outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
  });
});
