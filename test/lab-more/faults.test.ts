import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "../lab/driver.ts";
import { faultsOf, labPool } from "../lab/pool.ts";

const reason = refusal();
const labs = labPool(["c", "d"]);

describe.skipIf(reason !== undefined)(
  `the lab's other faults${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(labs.up, 120_000);
    afterAll(labs.down, 60_000);

    it.concurrent.each(faultsOf("more"))(
      "%s changes the flows that it must; mending undoes it",
      { timeout: 600_000 },
      (fault) => labs.withLab(async (lab) => expect(await lab.drive("prove", fault)).toContain("flows as described")),
    );
  },
);
