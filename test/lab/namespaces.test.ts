import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { holdNamespaces, isRequired, namedLab, processesIn, refusal, tracesOf, type NamedLab } from "./driver.ts";

const reason = refusal();

it.runIf(isRequired)("the lab can be made here", () => {
  expect(reason).toBeUndefined();
});

/** The faults of the lab; each is a test below, and the description must have no others. */
const faults = [
  "agent-stopped",
  "block-8000",
  "block-snmp",
  "block-web",
  "dns-broken",
  "drop-icmp",
  "half-dark",
  "port-8000-not-published",
  "reject-6556-admin-prohibited",
  "reject-6556-port-unreachable",
  "reject-6556-reset",
  "tls-inspected",
  "wrong-site",
];

/** Labs with the same addresses, side by side: each fault waits for one that is free. */
const labs = [namedLab("a"), namedLab("b"), namedLab("c")];
const free = [...labs];
const waiting: (() => void)[] = [];

async function withLab(work: (lab: NamedLab) => Promise<void>): Promise<void> {
  while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  const lab = free.pop() as NamedLab;
  try {
    await work(lab);
  } finally {
    free.push(lab);
    waiting.shift()?.();
  }
}

describe.skipIf(reason !== undefined)(
  `the lab in namespaces${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const before = tracesOf(labs[0] as NamedLab).interfaces;
    beforeAll(() => Promise.all(labs.map((lab) => lab.drive("up"))), 120_000);
    afterAll(async () => void (await Promise.all(labs.map((lab) => lab.drive("down")))), 60_000);

    it("has the faults that are tested here", async () => {
      const listed = await (labs[0] as NamedLab).drive("faults");
      expect(listed.trim().replace(/:.*/gm, "").split("\n").toSorted()).toEqual(faults);
    });

    it.concurrent("notices a flow that is not as described", { timeout: 120_000 }, () =>
      withLab(async (lab) => {
        await lab.drive("break", "agent-stopped");
        try {
          await expect(lab.drive("prove")).rejects.toThrow(
            /2\.1\/agent\/cmk->web02\/tcp\/6556\/10\.213\.10\.12: expected open pass \S+, got refused fail connection-refused/,
          );
        } finally {
          await lab.drive("mend", "agent-stopped");
        }
      }),
    );

    it.concurrent("shows every flow as described, from every vantage point", { timeout: 600_000 }, () =>
      withLab(async (lab) => expect(await lab.drive("prove")).toContain("flows as described")),
    );

    it.concurrent("shows the same through ssh, for the nodes that run sshd", { timeout: 600_000 }, () =>
      withLab(async (lab) => expect(await lab.drive("prove", "--ssh")).toContain("flows as described")),
    );

    it.concurrent.each(faults)("%s changes the flows that it must; mending undoes it", { timeout: 600_000 }, (fault) =>
      withLab(async (lab) => expect(await lab.drive("prove", fault)).toContain("flows as described")),
    );

    it("refuses a second lab of the same name and leaves the first alone", async () => {
      const [lab] = labs as [NamedLab];
      await expect(lab.drive("up")).rejects.toThrow("up already");
      expect(await lab.drive("status")).toContain("cmk: ready");
    });

    it("leaves nothing behind, and takes nothing from the other lab", async () => {
      const [gone, stays] = labs as [NamedLab, NamedLab];
      const namespaces = holdNamespaces(gone);
      onTestFinished(namespaces.release);
      expect(namespaces.names.size).toBeGreaterThan(60);
      expect(processesIn(namespaces).length).toBeGreaterThan(60);

      await gone.drive("down");
      expect(processesIn(namespaces)).toEqual([]);
      expect(existsSync(gone.state)).toBe(false);
      expect(tracesOf(gone)).toEqual({ mounts: [], interfaces: before });
      expect(await gone.drive("status")).toBe("down\n");
      expect(await stays.drive("status")).toContain("cmk: ready");
    });
  },
);
