import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProbeSpec, Task } from "../model/task.ts";
import { openExec } from "./exec.ts";
import { openLocal } from "./local.ts";
import type { Vantage } from "./vantage.ts";

const scratch = mkdtempSync(join(tmpdir(), "portmatrix-"));
const bundle = join(scratch, "agent.cjs");
const { signal } = new AbortController();
const namespace = `pm-van-${process.pid}`;
const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "pipe" });

beforeAll(() => {
  execFileSync(process.execPath, ["build/bundle-agent.mjs", bundle]);
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** Why no namespace can be made here; `undefined` if it can. */
const noNamespace = (() => {
  try {
    ip("netns", "add", namespace);
    ip("netns", "del", namespace);
    return undefined;
  } catch (error) {
    return `no network namespace: ${(error as Error).message.split("\n")[0]}`;
  }
})();

const farFiles = { python: "sockets.py", perl: "sockets.pl", bash: "sockets.sh", powershell: "sockets.ps1" } as const;
const openWorker = (prefix: string[], worker?: "python" | "perl") =>
  openExec(prefix, {
    ...(worker === undefined ? {} : { wanted: [worker] }),
    readFarWorker: async (runtime) => readFileSync(join("worker", farFiles[runtime])),
    agentSource: readFileSync(bundle),
    openTimeoutMs: 15_000,
    graceMs: 5000,
    signal,
    env: process.env,
  });

const task = (target: string, probe: ProbeSpec, timeoutMs = 5000): Task => ({ id: "t", target, timeoutMs, probe });
const outcomes = async (vantage: Vantage, wanted: Task, until = signal) =>
  (await vantage.observe(wanted, until)).answers.map(({ address, outcome }) => [
    address,
    outcome.kind === "unsent" ? outcome.cause : outcome.kind,
  ]);

/** The word of every vantage point: the same task gives the same facts, wherever the function runs. */
describe.each<[string, () => Promise<Vantage>]>([
  ["local", () => Promise.resolve(openLocal())],
  ["sh", () => openWorker([])],
  ["env sh", () => openWorker(["env", "LC_ALL=C"])],
  ["sh with Python", () => openWorker(["env", `PATH=/usr/bin:/bin:${process.env["PATH"]}`], "python")],
  ["sh with perl", () => openWorker([], "perl")],
])("observe through %s", (_name, open) => {
  let vantage: Vantage;
  const listener = createServer((socket) => socket.on("error", () => undefined).end());
  const mute = createSocket("udp4");
  let port = 0;
  let mutePort = 0;
  beforeAll(async () => {
    vantage = await open();
    await new Promise<void>((listening) => listener.listen(0, "127.0.0.1", listening));
    await new Promise<void>((bound) => mute.bind(0, "127.0.0.1", bound));
    port = (listener.address() as AddressInfo).port;
    mutePort = mute.address().port;
  });
  afterAll(async () => {
    listener.close();
    mute.close();
    await vantage.close();
  });

  it("open, and refused once nothing listens", async () => {
    expect(await outcomes(vantage, task("127.0.0.1", { kind: "tcp", port }))).toEqual([["127.0.0.1", "open"]]);
    const closed = createServer();
    await new Promise<void>((listening) => closed.listen(0, "127.0.0.1", listening));
    const closedPort = (closed.address() as AddressInfo).port;
    await new Promise((done) => closed.close(done));
    expect(await outcomes(vantage, task("127.0.0.1", { kind: "tcp", port: closedPort }))).toEqual([
      ["127.0.0.1", "refused"],
    ]);
  });

  it("silent", async () => {
    const probe: ProbeSpec = { kind: "udp", port: mutePort, payload: "empty" };
    expect(await outcomes(vantage, task("127.0.0.1", probe, 300))).toEqual([["127.0.0.1", "silent"]]);
  });

  it("a name that resolves, and one that cannot (RFC 6761 §6.4)", async () => {
    expect(await outcomes(vantage, task("localhost", { kind: "tcp", port }))).toContainEqual(["127.0.0.1", "open"]);
    expect(await outcomes(vantage, task("portmatrix.invalid", { kind: "icmp" }, 20_000))).toEqual([
      [undefined, "name"],
    ]);
  });

  it("many at once, each with its own answer", async () => {
    const many = Array.from({ length: 100 }, (_, index) => `127.0.0.${index + 1}`);
    const all = await Promise.all(
      many.map((target) => outcomes(vantage, task(target, { kind: "tcp", port: mutePort }))),
    );
    expect(all).toEqual(many.map((target) => [[target, "refused"]]));
  });

  it("an abort ends one task and no other", async () => {
    const controller = new AbortController();
    const probe: ProbeSpec = { kind: "udp", port: mutePort, payload: "empty" };
    const aborted = outcomes(vantage, task("127.0.0.1", probe, 60_000), controller.signal);
    const other = outcomes(vantage, task("127.0.0.1", probe, 300));
    setTimeout(() => controller.abort(), 50);
    expect((await aborted).map(([, cause]) => cause)).toEqual(["aborted"]);
    expect(await other).toEqual([["127.0.0.1", "silent"]]);
  });
});

it.runIf(process.env["PORTMATRIX_REQUIRE_NET"] === "1")("network namespaces can be made, as is required", () => {
  expect(noNamespace).toBeUndefined();
});

describe.skipIf(noNamespace !== undefined)(`observe through ip netns exec (${noNamespace ?? "as root"})`, () => {
  beforeAll(() => {
    ip("netns", "add", namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "address", "add", "198.51.100.7/32", "dev", "lo");
  });
  afterAll(() => void ip("netns", "del", namespace));

  it("sends from there: an address that only the namespace has answers", async () => {
    const vantage = await openWorker(["ip", "netns", "exec", namespace]);
    try {
      expect(await outcomes(vantage, task("198.51.100.7", { kind: "tcp", port: 9 }))).toEqual([
        ["198.51.100.7", "refused"],
      ]);
      expect(await outcomes(vantage, task("198.51.100.8", { kind: "tcp", port: 9 }))).not.toContainEqual([
        "198.51.100.8",
        "refused",
      ]);
    } finally {
      await vantage.close();
    }
  });
});

describe("the worker's bundle", () => {
  it("loads no module from where it runs: somebody else may have put it there", async () => {
    const marker = join(scratch, "ran");
    const inside = join(scratch, "shared", "work");
    const evil = `require("fs").writeFileSync(${JSON.stringify(marker)}, __filename);`;
    for (const place of [
      join(inside, "node_modules"),
      join(scratch, "shared", "node_modules"),
      join(inside, ".node_modules"),
    ]) {
      mkdirSync(join(place, "raw-socket"), { recursive: true });
      writeFileSync(join(place, "raw-socket", "index.js"), evil);
    }
    const vantage = await openWorker(["env", "-C", inside, `HOME=${inside}`]);
    try {
      const seen = await outcomes(vantage, task("127.0.0.1", { kind: "icmp" }));
      expect(seen).toHaveLength(1);
    } finally {
      await vantage.close();
    }
    expect(existsSync(marker)).toBe(false);
  });

  it("is one small file without zod and without anything that must be installed", () => {
    const text = readFileSync(bundle, "utf8");
    expect(text).not.toMatch(/zod/i);
    expect(text.length).toBeLessThan(350_000);
    const required = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name as string);
    const builtIn = execFileSync(process.execPath, ["-p", "JSON.stringify(require('node:module').builtinModules)"], {
      encoding: "utf8",
    });
    const known = new Set(JSON.parse(builtIn) as string[]);
    expect(required.filter((name) => !known.has(name.replace(/^node:/, "")))).toEqual([]);
  });
});
