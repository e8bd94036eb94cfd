import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { check, quietHost, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const all = 300;
const hanging = 100;
/** The time that opening one may take before it is given up. */
const openTimeoutMs = 20_000;
const port = 7000;
const names = Array.from({ length: all }, (_, at) => `n${String(at).padStart(3, "0")}`);
const isHanging = (name: string) => Number(name.slice(1)) % 3 === 0;

/** Each is a shell on this machine that finds Python, or a program that hangs and says nothing. */
const topology = topologyOf({
  hosts: [...names.map((name) => quietHost(name, at(2, 10).v4)), quietHost("target", at(2, 11).v4)],
  vantages: {
    hosts: { exec: ["sh", "-c", 'exec "$@"', "{name}"], worker: "python" },
    ...Object.fromEntries(names.filter(isHanging).map((name) => [name, { exec: ["sh", "-c", "sleep 600"] }])),
  },
  requirements: [{ id: "there", from: "hosts", to: "target", tcp: port }],
});

let ran: Checked;
let tookMs = 0;
let mostKilobytes = 0;

useLab(["python3"], async (lab) => {
  await buildPath(lab, [10, 11]);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port }]);
  const env = { PATH: `/usr/bin:/bin:${process.env["PATH"]}` };
  const startedAt = performance.now();
  const state = { isOver: false };
  const running = check(lab, topology, { env, args: ["--section", "extra", "--timeout", "2s"] }).finally(
    () => (state.isOver = true),
  );
  while (!state.isOver) {
    mostKilobytes = Math.max(mostKilobytes, await residentKilobytes(lab));
    await Promise.race([sleep(500), running]);
  }
  ran = await running;
  tookMs = performance.now() - startedAt;
});

/** What the checking process holds in memory at most so far (proc(5), VmHWM). */
async function residentKilobytes(lab: { run(argv: readonly string[]): Promise<{ stdout: string }> }): Promise<number> {
  const { stdout } = await lab.run(["pgrep", "-f", "cli.js check"]);
  const [pid] = stdout.trim().split("\n").slice(-1);
  if (pid === undefined || pid === "") return 0;
  const status = (await lab.run(["cat", `/proc/${pid}/status`])).stdout;
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

test(`${all} vantage points, of which ${hanging} hang, are opened, used and closed`, () => {
  const verdicts = new Map<string, number>();
  for (const { from, reason } of ran.run.results) {
    const key = `${from === "target" ? "target" : isHanging(from) ? "hangs" : "sends"} ${reason}`;
    verdicts.set(key, (verdicts.get(key) ?? 0) + 1);
  }
  expect(Object.fromEntries(verdicts)).toMatchObject({
    "sends handshake-completed": all - hanging,
    "hangs vantage-not-opened": hanging,
  });
});

test("the hanging ones cost one deadline and nobody else's flows", () => {
  expect(tookMs).toBeLessThan(60_000 + openTimeoutMs);
});

test("memory stays bounded", () => {
  expect(mostKilobytes).toBeLessThan(400_000);
});

test("the record and standard error say what sent, and what could not be opened", () => {
  const facts = ran.run.vantages ?? [];
  const python = facts.find(({ worker }) => worker === "python");
  expect(python?.nodes.length).toBeGreaterThanOrEqual(all - hanging);
  expect(facts.find(({ notOpened }) => notOpened?.cause === "no-answer")?.nodes).toHaveLength(hanging);
  expect(ran.stderr).toContain(`${hanging} vantage points could not be opened (n000, n003`);
});
