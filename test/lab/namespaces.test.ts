import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { holdNamespaces, isRequired, processesIn, refusal, tracesOf } from "./driver.ts";
import { faultsOf, labPool } from "./pool.ts";

const reason = refusal();

it.runIf(isRequired)("the lab can be made here", () => {
  expect(reason).toBeUndefined();
});

/** The faults whose proof no other test repeats. `test/lab-more/` has the others. */
const faults = faultsOf("ci");
const labs = labPool(["a", "b"]);
const { withLab } = labs;

describe.skipIf(reason !== undefined)(
  `the lab in namespaces${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const before = tracesOf(labs.first).interfaces;
    beforeAll(labs.up, 120_000);
    afterAll(labs.down, 60_000);

    it("has the faults that are tested, here or in test/lab-more", async () => {
      const listed = await labs.first.drive("faults");
      expect(listed.trim().replace(/:.*/gm, "").split("\n").toSorted()).toEqual(
        [...faultsOf("ci"), ...faultsOf("more")].toSorted(),
      );
    });

    it.concurrent("notices a flow that is not as described", { timeout: 300_000 }, () =>
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
      await expect(labs.first.drive("up")).rejects.toThrow("up already");
      expect(await labs.first.drive("status")).toContain("cmk: ready");
    });

    it("leaves nothing behind, and takes nothing from the other lab", async () => {
      const { first: gone, second: stays } = labs;
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
