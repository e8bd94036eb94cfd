import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { probeByPing } from "./ping.ts";
import { probeIcmp } from "./icmp.ts";
import { closeEchoSockets, echoSocket } from "./raw.ts";
import type { ProbeContext } from "../flight/prober.ts";
import { explainLoadFailure, explainOpenFailure, openRawSocket } from "../kernel/raw-socket.ts";

const required = process.env["PORTMATRIX_REQUIRE_NET"] === "1";
const context = (address: string, signal = new AbortController().signal): ProbeContext => ({
  address,
  family: address.includes(":") ? 6 : 4,
  timeoutMs: 3_000,
  signal,
});

/** Why this machine has no raw socket, or `undefined` if it has. */
let whyNot: string | undefined;
beforeAll(async () => {
  const opening = await echoSocket(4);
  whyNot = opening.kind === "none" ? opening.why : undefined;
});
afterAll(closeEchoSockets);

describe.each(["127.0.0.1", "::1"])("raw ICMP echo to %s", (address) => {
  it("is answered", async (test) => {
    if (whyNot !== undefined && !required) test.skip(whyNot);
    const { outcome, evidence } = await probeIcmp({ kind: "icmp" }, context(address));
    expect(outcome).toEqual({ kind: "open", rttMs: expect.any(Number) });
    expect(evidence).toEqual({
      method: "raw-socket",
      replyMatches: true,
      replyBytes: 40,
      ...(address === "::1" ? {} : { ttl: 64 }),
    });
  });

  it("is answered a thousand times at once", async (test) => {
    if (whyNot !== undefined && !required) test.skip(whyNot);
    const all = await Promise.all(Array.from({ length: 1_000 }, () => probeIcmp({ kind: "icmp" }, context(address))));
    expect(all.filter(({ outcome }) => outcome.kind === "open")).toHaveLength(1_000);
  });

  it("opens again after it was closed", async (test) => {
    if (whyNot !== undefined && !required) test.skip(whyNot);
    await closeEchoSockets();
    expect((await probeIcmp({ kind: "icmp" }, context(address))).outcome.kind).toBe("open");
  });

  it("is unsent when the run is interrupted", async (test) => {
    if (whyNot !== undefined && !required) test.skip(whyNot);
    const controller = new AbortController();
    const probing = probeIcmp({ kind: "icmp" }, context(address, controller.signal));
    controller.abort();
    expect((await probing).outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
  });
});

describe("the ping program", () => {
  const run = (command: readonly [string, ...string[]], signal?: AbortSignal) =>
    probeByPing(context("127.0.0.1", signal), "raw sockets need CAP_NET_RAW", { command });
  const sh = (script: string) => run(["sh", "-c", script]);

  it("gives its answer", async () => {
    const { outcome, evidence } = await sh("echo '64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.5 ms'");
    expect(outcome).toEqual({ kind: "open", rttMs: 0.5 });
    expect(evidence).toEqual({ method: "ping", ttl: 64 });
  });

  it("gives its ICMP error", async () => {
    const { outcome, evidence } = await sh("echo 'From 10.0.0.1 icmp_seq=1 Packet filtered'; exit 1");
    expect(outcome.kind).toBe("prohibited");
    expect(evidence).toEqual({ method: "ping", reporter: "10.0.0.1", replySummary: "Packet filtered" });
  });

  it("gets the variables that it needs, and no secret of somebody else", async () => {
    vi.stubEnv("SNMP_COMMUNITY", "s3cret");
    vi.stubEnv("LC_ALL", "de_DE.UTF-8");
    const { evidence } = await sh(
      `echo "From 10.0.0.1 icmp_seq=1 Packet filtered $(env | cut -d = -f 1 | sort | xargs)"; exit 1`,
    );
    vi.unstubAllEnvs();
    expect(evidence.replySummary).toMatch(/^Packet filtered LC_ALL PATH( PWD)?( SHLVL)?( _)?$/);
  });

  it("is missing when there is no such program, and the raw socket's reason is told too", async () => {
    const { outcome } = await run(["/nonexistent/ping"]);
    expect(outcome).toEqual({
      kind: "unsent",
      cause: "program-missing",
      detail: "The program ping is not installed, and raw sockets need CAP_NET_RAW",
    });
  });

  it("may take its time to start: only ping itself says that there was no answer", async () => {
    const slow = "sleep 1.2; echo '64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.5 ms'";
    const seen = await probeByPing({ ...context("127.0.0.1"), timeoutMs: 1_000 }, "", { command: ["sh", "-c", slow] });
    expect(seen.outcome).toEqual({ kind: "open", rttMs: 0.5 });
  });

  it("is silent if ping says so", async () => {
    const { outcome, evidence } = await sh("echo '1 packets transmitted, 0 received, 100% packet loss'; exit 1");
    expect(outcome.kind).toBe("silent");
    expect(evidence).toEqual({ method: "ping" });
  });

  it("is unsent, not silent, if it does not end or is killed before its statistics", async () => {
    const quick = { ...context("127.0.0.1"), timeoutMs: 1 };
    const hanging = await probeByPing(quick, "", { command: ["sh", "-c", "exec sleep 60"], patienceMs: -700 });
    expect(hanging.outcome).toMatchObject({
      kind: "unsent",
      cause: "internal",
      detail: expect.stringMatching(/^ping did not end within \d+ ms$/),
    });
    expect((await sh("kill -KILL $$")).outcome).toMatchObject({ kind: "unsent", cause: "internal" });
  });

  it("is unsent for want of descriptors when none is left, and the process goes on", async () => {
    const bundle = join(mkdtempSync(join(tmpdir(), "portmatrix-")), "ping.mjs");
    const source = new URL("ping.ts", import.meta.url).pathname;
    buildSync({ entryPoints: [source], bundle: true, format: "esm", platform: "node", outfile: bundle });
    const program = `
      import { openSync } from "node:fs";
      import { probeByPing } from ${JSON.stringify(bundle)};
      try { for (;;) openSync("/dev/null"); } catch {}
      const context = { address: "127.0.0.1", family: 4, timeoutMs: 1000, signal: new AbortController().signal };
      process.stdout.write(JSON.stringify((await probeByPing(context, "")).outcome));`;
    const line = ["ulimit -n 64", 'exec "$0" --input-type=module -e "$1"'].join("; ");
    // A group of its own: killing a child that has no id would kill the group of its parent.
    const { stdout } = await promisify(execFile)("setsid", ["sh", "-c", line, process.execPath, program]);
    rmSync(dirname(bundle), { recursive: true });
    expect(JSON.parse(stdout)).toMatchObject({ kind: "unsent", cause: "descriptors" });
  });

  it("is killed when the run is interrupted", async () => {
    const controller = new AbortController();
    const probing = run(["sleep", "60"], controller.signal);
    controller.abort();
    expect((await probing).outcome).toMatchObject({ cause: "aborted" });
  });
});

describe("why there is no raw socket", () => {
  const error = (code: string, message: string) => Object.assign(new Error(message), { code });
  it.each([
    [error("ERR_MODULE_NOT_FOUND", "Cannot find package 'raw-socket'"), /not installed/],
    [error("MODULE_NOT_FOUND", "Cannot find module './build/Release/raw.node'"), /never built/],
    [error("ERR_DLOPEN_FAILED", "was compiled against a different Node.js version"), /another version of Node/],
  ])("%s", (failure, words) => {
    expect(explainLoadFailure(failure)).toMatch(words);
  });

  it("names the missing privilege", () => {
    expect(explainOpenFailure(new Error("Operation not permitted"))).toMatch(/CAP_NET_RAW/);
  });

  it("one of the four applies, or there is a socket", async () => {
    const opening = await openRawSocket(
      "icmp",
      () => undefined,
      () => undefined,
    );
    if (opening.kind === "opened") opening.socket.close();
    else expect(opening.why).toMatch(/raw-socket|raw sockets/);
    expect(["opened", "none"]).toContain(opening.kind);
  });
});
