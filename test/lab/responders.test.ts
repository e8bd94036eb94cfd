import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namedLab, refusal } from "./driver.ts";

const reason = refusal();

describe.skipIf(reason !== undefined)(
  `the lab before anything is installed${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const lab = namedLab("empty");
    beforeAll(() => lab.drive("up", "--without-services"));
    afterAll(() => lab.drive("down"));

    it(
      "has every flow proven by its other end; what a firewall drops of the answers is named in its cells, until it is mended",
      { timeout: 600_000 },
      async () => expect(await lab.drive("prove", "lose-8000")).toContain("flows as described"),
    );
  },
);
