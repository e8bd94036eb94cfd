import { existsSync } from "node:fs";
import { readlink } from "node:fs/promises";
import { expect, test } from "vitest";
import { collect, openLab, processesIn } from "./lab.ts";
import { at, buildPath } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const lab = useLab(["ping"], async (lab) => buildPath(lab, [10]));

test.each(["v4", "v6"] as const)("packets cross the router over %s", async (family) => {
  const ping = await lab().on("cmk", ["ping", "-n", "-c1", "-W2", at(2, 10)[family]]);
  expect(ping).toMatchObject({ code: 0 });
});

test("a rule of the router stops them, and its removal lets them through", async () => {
  const ping = ["ping", "-n", "-c1", "-W1", at(2, 10).v4];
  await lab().rules("fw", "table inet t { chain c { type filter hook forward priority 0; policy drop; }; }");
  expect((await lab().on("cmk", ping)).code).toBe(1);
  await lab().rules("fw", "");
  expect((await lab().on("cmk", ping)).code).toBe(0);
});

test("names of namespaces and files under /etc/netns stay inside", async () => {
  await lab().script("mkdir /etc/netns/cmk && echo 10.213.2.10 only-in-the-lab > /etc/netns/cmk/hosts");
  expect(await lab().must("cmk", ["getent", "hosts", "only-in-the-lab"])).toContain("10.213.2.10");
  expect(existsSync("/etc/netns/cmk/hosts")).toBe(false);
  expect((await collect(["ip", "netns", "list"])).stdout).not.toMatch(/^(cmk|fw|hosts)\b/m);
});

test("closing a lab ends its daemons and leaves no process and no directory", async () => {
  const brief = await openLab();
  await brief.script("ip netns add alone");
  const daemon = await brief.start("alone", ["sh", "-c", "trap '' TERM; readlink /proc/self/ns/pid; sleep 600"], {
    prints: "pid:",
  });
  const world = daemon.output().trim();
  expect(world).not.toBe(await readlink("/proc/self/ns/pid"));
  expect((await processesIn(world)).length).toBeGreaterThan(1);
  await brief.close();
  expect(await processesIn(world)).toEqual([]);
  expect(existsSync(brief.dir)).toBe(false);
});
