import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { check, quietHost, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import type { Lab } from "./lab.ts";
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
const topologyWith = (hangs: (name: string) => boolean) =>
  topologyOf({
    hosts: [...names.map((name) => quietHost(name, at(2, 10).v4)), quietHost("target", at(2, 11).v4)],
    vantages: {
      hosts: { exec: ["sh", "-c", 'exec "$@"', "{name}"], worker: "python" },
      ...Object.fromEntries(names.filter(hangs).map((name) => [name, { exec: ["sh", "-c", "sleep 600"] }])),
    },
    requirements: [{ id: "there", from: "hosts", to: "target", tcp: port }],
  });

interface Measured extends Checked {
  tookMs: number;
  cpuMs: number;
  mostKilobytes: number;
}
let allSend: Measured;
let someHang: Measured;

/** Runs a check and measures it; the shell in front says what it and all that it waited for took of the processors. */
async function measure(lab: Lab, topology: ReturnType<typeof topologyWith>): Promise<Measured> {
  const cpu = join(lab.dir, "cpu");
  const behind = ["sh", "-c", `"$@"; code=$?; times >${cpu}; exit $code`, "sh"];
  const env = { PATH: `/usr/bin:/bin:${process.env["PATH"]}` };
  const startedAt = performance.now();
  const state = { isOver: false, mostKilobytes: 0 };
  const running = check(lab, topology, { env, behind, args: ["--section", "extra", "--timeout", "2s"] }).finally(
    () => (state.isOver = true),
  );
  while (!state.isOver) {
    state.mostKilobytes = Math.max(state.mostKilobytes, await residentKilobytes(lab));
    await Promise.race([sleep(500), running]);
  }
  const ran = await running;
  const tookMs = performance.now() - startedAt;
  const spans = [...(await readFile(cpu, "utf8")).matchAll(/(\d+)m([\d.]+)s/g)];
  const cpuMs = spans.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000,
    0,
  );
  return { ...ran, tookMs, cpuMs, mostKilobytes: state.mostKilobytes };
}

useLab(["python3"], async (lab) => {
  await buildPath(lab, [10, 11]);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port }]);
  allSend = await measure(
    lab,
    topologyWith(() => false),
  );
  someHang = await measure(lab, topologyWith(isHanging));
});

/** What the checking process holds in memory at most so far (proc(5), VmHWM). */
async function residentKilobytes(lab: { run(argv: readonly string[]): Promise<{ stdout: string }> }): Promise<number> {
  const { stdout } = await lab.run(["pgrep", "-f", "portmatrix.cjs check"]);
  const [pid] = stdout.trim().split("\n").slice(-1);
  if (pid === undefined || pid === "") return 0;
  const status = (await lab.run(["cat", `/proc/${pid}/status`])).stdout;
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

const reasonsOf = ({ run }: Checked, hangs: (name: string) => boolean): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { from, reason } of run.results.filter((result) => result.from !== "target")) {
    const key = `${hangs(from) ? "hangs" : "sends"} ${reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

test(`${all} vantage points are opened, used and closed`, () => {
  expect(reasonsOf(allSend, () => false)).toEqual({ "sends handshake-completed": all });
});

test("two processors have time for them in less than a minute, whatever else this machine does", () => {
  expect(allSend.cpuMs).toBeGreaterThan(1_000); // it was measured
  expect(allSend.cpuMs).toBeLessThan(2 * 45_000);
});

test(`${hanging} that hang cost their own flows and nobody else's`, () => {
  expect(reasonsOf(someHang, isHanging)).toEqual({
    "sends handshake-completed": all - hanging,
    "hangs vantage-not-opened": hanging,
  });
});

test("they add at most one deadline, though few are opened at a time", () => {
  // Half of the time again for what else this machine does: the deadlines of 16 at a time would be seven.
  expect(someHang.tookMs).toBeLessThan(1.5 * allSend.tookMs + openTimeoutMs);
});

test("memory stays bounded", () => {
  for (const { mostKilobytes } of [allSend, someHang]) {
    expect(mostKilobytes).toBeGreaterThan(20_000); // it was measured
    expect(mostKilobytes).toBeLessThan(200_000);
  }
});

test("the record and standard error say what sent, and what could not be opened", () => {
  const facts = someHang.run.vantages ?? [];
  const python = facts.find(({ worker }) => worker === "python");
  expect(python?.nodes.length).toBeGreaterThanOrEqual(all - hanging);
  expect(facts.find(({ notOpened }) => notOpened?.cause === "no-answer")?.nodes).toHaveLength(hanging);
  expect(someHang.stderr).toContain(`${hanging} vantage points could not be opened (n000, n003`);
});
