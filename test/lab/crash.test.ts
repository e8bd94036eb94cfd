import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { holdNamespaces, isRequired, namedLab, processesIn, refusal, tracesOf } from "./driver.ts";

const reason = refusal();

it.runIf(isRequired)("the lab can be made here", () => {
  expect(reason).toBeUndefined();
});

/** Moments of `lab:up` at which the driver is killed, by what the state directory holds then. */
const moments = [
  { moment: "when the world exists", has: (state: string) => existsSync(join(state, "world")) },
  { moment: "when half of the nodes exist", has: (state: string) => countNodes(state) >= 16 },
  {
    moment: "when services start",
    has: (state: string) => existsSync(join(state, "log/fw")) && countNodes(state) >= 28,
  },
];

function countNodes(state: string): number {
  if (!existsSync(join(state, "box"))) return 0;
  return readdirSync(join(state, "box")).filter((node) => existsSync(join(state, "box", node, "pid"))).length;
}

describe.skipIf(reason !== undefined)(
  `a driver that is killed${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const lab = namedLab("crash");
    const { interfaces } = tracesOf(lab);
    afterAll(() => lab.drive("down"), 30_000);

    it.each(moments)("$moment leaves nothing that lab:down would not remove", { timeout: 60_000 }, async ({ has }) => {
      expect(await lab.driveAndKill(["up"], () => has(lab.state))).toBe(true);
      const namespaces = holdNamespaces(lab);
      onTestFinished(namespaces.release);
      expect(processesIn(namespaces).length).toBeGreaterThan(0);

      await lab.drive("down");
      expect(processesIn(namespaces)).toEqual([]);
      expect(existsSync(lab.state)).toBe(false);
      expect(tracesOf(lab)).toEqual({ mounts: [], interfaces });
    });
  },
);
