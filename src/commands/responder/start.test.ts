import { createHmac } from "node:crypto";
import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { worker } from "../../../test/cases/fake-worker.ts";
import { ruleByFarEnd } from "../../judge/far-end.ts";
import type { Flow, Probe } from "../../model/flow.ts";
import { openExec } from "../../vantage/exec.ts";
import { capabilitiesHere } from "../../vantage/messages/capabilities.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { type Hmac, encodeRequest, fromHex, probeKey, runOf } from "../../wire/responder/token.ts";
import { joinArrivals } from "./join.ts";
import { tagOf } from "./key.ts";
import { type StartedResponder, startResponder } from "./start.ts";

const here = capabilitiesHere();
const place = { protocol: "udp", asked: "10.0.0.5", address: "10.0.0.5", port: 514, state: "held" } as const;
const flowTo = (port: number, address: string) =>
  ({ ...place, port, address, from: "web01", to: "cmk", probe: "p", expect: "open" }) as unknown as Flow;
const arrival = {
  at: "2026-11-20T20:00:00.000Z",
  protocol: "udp",
  address: "10.0.0.5",
  port: 514,
  from: "10.0.1.1",
  fromPort: 40_000,
  how: "token",
  tag: tagOf("p"),
};

const open: Vantage[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

/** A responder of another version, which holds its port and then says these events. */
async function start(hello: object, events: readonly object[] = [], more = "") {
  const said = [{ kind: "place", place }, { kind: "ready" }, ...events];
  const body = `if (order.type === "respond") {
    for (const event of ${JSON.stringify(said)}) say({ type: "responder", id: order.id, event });
    ${more} }`;
  const vantage = await openExec([], {
    agentSource: worker(body, { type: "hello", protocol: 1, version: "9.9", node: "22.0.0", ...hello }),
    openTimeoutMs: 10_000,
    graceMs: 500,
    signal: new AbortController().signal,
    env: process.env,
  });
  open.push(vantage);
  const order = { key: "0".repeat(64), places: [place], forMs: 10_000, watchEveryMs: 1_000 };
  const responder = startResponder(vantage, order, 10_000);
  await responder.ready;
  return responder;
}

/** What silence at the port means with that far end. */
function silenceSays(responder: StartedResponder, port: number = place.port, address: string = place.address): string {
  const flow = flowTo(port, address);
  const probes = [{ id: "p", spec: { kind: "udp", port, payload: "empty" } } as unknown as Probe];
  const joining = { flows: [flow], probes, addressesOf: new Map() };
  const end = joinArrivals(new Map([["cmk", responder]]), joining).get("p")?.[0]?.farEnd;
  const silence = { outcome: { kind: "silent", waitedMs: 1_000 }, evidence: {} } as const;
  return end === undefined ? "nothing" : (ruleByFarEnd(flow, silence, "preinstall", end)?.reason ?? "nothing");
}

/** Waits until a responder is lost for this reason. */
async function expectLost(responder: StartedResponder, why: RegExp): Promise<void> {
  await expect.poll(() => responder.failure ?? "", { timeout: 5_000 }).toMatch(why);
}

describe("a responder of another version", () => {
  it("that says what this one knows proves that nothing arrived, and what did", async () => {
    const silent = await start({ capabilities: here });
    expect(silenceSays(silent)).toBe("path-blocked");
    const arrived = await start({ capabilities: here }, [{ kind: "arrival", arrival }]);
    await expect.poll(() => silenceSays(arrived)).toBe("reply-lost");
    arrived.stop();
    await pause(50);
    expect([silent.failure, arrived.failure]).toEqual([undefined, undefined]);
  });

  it.each([
    ["of the first release, which tells nothing of itself", {}],
    ["that lacks the order", { capabilities: { ...here, order: here.order.filter((word) => word !== "respond") } }],
  ])("%s is asked for none, and says so", async (_, hello) => {
    const responder = await start(hello);
    expect(responder.failure).toBe("sh (portmatrix 9.9, Node 22.0.0) is of a version that knows of no responder");
    expect(silenceSays(responder)).toBe("nothing");
  });

  it.each([
    ["an arrival of a kind", { kind: "arrival", arrival: { ...arrival, how: "flow-table" } }],
    ["an event", { kind: "weather" }],
    ["the state of a port", { kind: "place", place: { ...place, state: "shared" } }],
  ])("that tells %s that this one does not know proves nothing by silence any more", async (_, event) => {
    const responder = await start({ capabilities: here }, [event]);
    await expectLost(responder, /^portmatrix 9\.9 there answered what this version does not know: /);
    expect(silenceSays(responder)).toBe("nothing");
  });

  it("that knows more keys is understood without them", async () => {
    const responder = await start({ capabilities: here }, [{ kind: "arrival", arrival: { ...arrival, mood: "good" } }]);
    await expect.poll(() => silenceSays(responder)).toBe("reply-lost");
    expect(responder.failure).toBeUndefined();
  });
});

describe("a responder that is lost while the network is checked", () => {
  it.each([
    ["ends by itself", "", [{ kind: "ended", detail: "its time is over" }], /its time is over/],
    ["breaks off with its connection", "setTimeout(() => process.exit(3), 50);", [], /broke off/],
  ])("because it %s proves nothing by silence, and what had arrived stays", async (_, more, events, why) => {
    const silent = await start({ capabilities: here }, events, more);
    await expectLost(silent, why);
    expect(silenceSays(silent)).toBe("nothing");
    const arrived = await start({ capabilities: here }, [{ kind: "arrival", arrival }, ...events], more);
    await expectLost(arrived, why);
    expect(silenceSays(arrived)).toBe("reply-lost");
  });
});

describe.each(["python", "perl"] as const)("a responder on this side over the sockets of %s", (runtime) => {
  const key = "0".repeat(64);
  const keyBytes = new Uint8Array(32);
  const hmac: Hmac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();
  const directory = mkdtempSync(join(tmpdir(), "portmatrix-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** One that has a port, and what ends the program that its connection goes through. */
  async function startFar() {
    const file = join(directory, "pid");
    const vantage = await openExec(["sh", "-c", `echo $$ > ${file}; exec "$@"`, "sh"], {
      wanted: [runtime],
      readFarWorker: async () => readFileSync(join("worker", runtime === "python" ? "sockets.py" : "sockets.pl")),
      agentSource: "",
      openTimeoutMs: 10_000,
      graceMs: 500,
      signal: new AbortController().signal,
      env: process.env,
    });
    open.push(vantage);
    const socket = createSocket("udp4");
    await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
    const { port } = socket.address();
    await new Promise<void>((closed) => void socket.close(closed));
    const places = [{ protocol: "udp", address: "127.0.0.1", port } as const];
    const responder = startResponder(vantage, { key, places, forMs: 20_000, watchEveryMs: 1_000 }, 10_000);
    await responder.ready;
    expect(responder.places).toMatchObject([{ state: "held", port }]);
    const says = () => silenceSays(responder, port, "127.0.0.1");
    return { responder, port, says, cut: () => process.kill(Number(readFileSync(file, "utf8")), "SIGKILL") };
  }

  it("proves by silence that nothing arrived while its connection lasts, and nothing once that is cut", async () => {
    const { responder, says, cut } = await startFar();
    expect(says()).toBe("path-blocked");
    cut();
    await expectLost(responder, /^the vantage point broke off \(sh\): ended by SIGKILL/);
    expect(says()).toBe("nothing");
  });

  it("has what arrived before it was cut", async () => {
    const { responder, port, says, cut } = await startFar();
    const tag = fromHex(tagOf("p"));
    const asked = { transport: "udp", address: "127.0.0.1", port, run: runOf(hmac, keyBytes), tag } as const;
    const line = encodeRequest(hmac, probeKey(hmac, keyBytes, tag), { ...asked, nonce: new Uint8Array(16) });
    const socket = createSocket("udp4");
    socket.send(line, port, "127.0.0.1");
    await expect.poll(() => responder.arrivals.length, { timeout: 5_000 }).toBe(1);
    socket.close();
    cut();
    await expectLost(responder, /broke off/);
    expect(says()).toBe("reply-lost");
  });
});

it("what cannot listen says so", async () => {
  const vantage = { rung: "bash", description: "ssh (bash 5.2)" } as unknown as Vantage;
  const order = { key: "0".repeat(64), places: [place], forMs: 10_000 };
  const responder = startResponder(vantage, order, 1_000);
  await responder.ready;
  expect(responder.failure).toBe("ssh (bash 5.2) cannot listen; Node, Python or perl there can");
});
