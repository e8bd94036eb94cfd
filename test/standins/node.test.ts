import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRequired } from "../lab/driver.ts";
import { talk } from "./stand-in.ts";

const services = fileURLToPath(new URL("../../lab/services", import.meta.url));
/** Why the scripts cannot run here; they need `ss`, `ip`, `setsid` and `pkill`. */
const missing = ["ss", "ip", "setsid", "pkill"].filter(
  (name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0,
);

it.runIf(isRequired)("the scripts can run here", () => {
  expect(missing).toEqual([]);
});

describe.skipIf(missing.length > 0)("a node and its services", () => {
  let state: string;
  let ended: Promise<unknown[]>;
  let stop: () => void;

  const start = async (...names: string[]) => {
    const env = {
      ...process.env,
      LAB_STATE: state,
      LAB_KEEP_ROUTES: "yes",
      MISBEHAVE: "accept-close:0",
      DRBD_PORT: "0",
    };
    const child = spawn(join(services, "node/start"), names, { env, stdio: "ignore" });
    ended = once(child, "exit");
    stop = () => child.kill("SIGTERM");
    await expect
      .poll(() => existsSync(join(state, "ready")) || child.exitCode !== null, { timeout: 10_000 })
      .toBe(true);
  };
  const portOf = (service: string) => Number(/\d+/.exec(readFileSync(join(state, service, "sockets"), "utf8"))?.[0]);
  const turn = (...words: string[]) => {
    execFileSync(join(services, "switch"), words, { env: { ...process.env, LAB_STATE: state }, stdio: "pipe" });
  };
  /** Processes that still know this node's directory. */
  const left = () =>
    execFileSync("sh", ["-c", `grep -lz "^LAB_STATE=${state}$" /proc/[0-9]*/environ 2>/dev/null | wc -l`]);

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "portmatrix-node-"));
  });
  afterEach(async () => {
    stop();
    await ended;
    rmSync(state, { recursive: true, force: true });
  });

  it("is ready when all services listen, and TERM ends all of them", async () => {
    await start("misbehave", "drbd");
    expect((await talk(portOf("misbehave"))).end).toBe("closed");
    expect((await talk(portOf("drbd"), { patienceMs: 100 })).end).toBe("silence");
    const port = portOf("misbehave");
    stop();
    expect((await ended)[0]).toBe(0);
    expect((await talk(port)).end).toBe("refused");
    await expect.poll(() => Number(left()), { timeout: 5000 }).toBe(0);
  });

  it("switches a service off, on with another setting, and back to what it was", async () => {
    await start("misbehave", "drbd");
    const before = portOf("misbehave");
    turn("misbehave", "off");
    expect((await talk(before)).end).toBe("refused");
    turn("misbehave", "on", "MISBEHAVE=banner:0");
    expect((await talk(portOf("misbehave"))).bytes.toString()).toMatch(/^SSH-/);
    turn("misbehave", "on");
    expect(await talk(portOf("misbehave"))).toEqual({ bytes: Buffer.alloc(0), end: "closed" });
    expect((await talk(portOf("drbd"), { patienceMs: 100 })).end).toBe("silence");
  });

  it("does not survive a service that ends by itself", async () => {
    await start("misbehave", "drbd");
    process.kill(Number(readFileSync(join(state, "drbd/pid"), "utf8")), "SIGKILL");
    expect((await ended)[0]).toBe(1);
    expect(existsSync(join(state, "ready"))).toBe(false);
    await expect.poll(() => Number(left()), { timeout: 5000 }).toBe(0);
  });

  it("says so when a service cannot be switched on", async () => {
    await start("misbehave");
    expect(() => turn("misbehave", "on", "MISBEHAVE=smile:0")).toThrow(/service misbehave failed|did not obey/);
    expect((await ended)[0]).toBe(1);
  });

  it("refuses a service that it does not know", async () => {
    await start("misbehave", "teapot");
    expect((await ended)[0]).toBe(2);
  });
});
