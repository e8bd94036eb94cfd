import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namedLab, refusal, repository } from "../lab/driver.ts";

const reason = refusal();

/** All faults that have a truth before anything is installed. */
const { readDescription } = await import(join(repository, "lab/driver/description.mjs"));
const described: [string, { withoutServices?: object }][] = Object.entries(
  readDescription(join(repository, "docker-compose.yml")).faults,
);
const faults = described.flatMap(([name, { withoutServices }]) => (withoutServices === undefined ? [] : [name]));

describe.skipIf(reason !== undefined)(
  `the lab before anything is installed${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const lab = namedLab("empty-more");
    beforeAll(() => lab.drive("up", "--without-services"));
    afterAll(() => lab.drive("down"));

    it("has faults on the way there and on the way back", () => {
      expect(faults).toEqual(expect.arrayContaining(["block-8000", "lose-8000", "lose-datagrams", "lose-agents-v6"]));
    });

    it.each(faults)(
      "%s has the right reason in the right cells; mending undoes it",
      { timeout: 600_000 },
      async (fault) => expect(await lab.drive("prove", fault)).toContain("flows as described"),
    );
  },
);
