import { afterAll, beforeAll, beforeEach } from "vitest";
import { openLab, refusalOf } from "./lab.ts";
import type { Lab } from "./lab.ts";

/**
 * Gives the tests of a file one lab, built before the first of them and taken down after the last, also when building
 * fails. Where a lab cannot be made or a program is missing, the tests are skipped with the reason; with
 * `PORTMATRIX_REQUIRE_NET=1` that is a failure.
 */
export function useLab(programs: readonly string[], build: (lab: Lab) => Promise<void>): () => Lab {
  let lab: Lab | undefined;
  let refusal: string | undefined;
  beforeAll(async () => {
    refusal = await refusalOf(programs);
    if (refusal !== undefined && process.env["PORTMATRIX_REQUIRE_NET"] === "1") throw new Error(refusal);
    if (refusal !== undefined) return;
    lab = await openLab();
    await build(lab);
  });
  beforeEach((context) => {
    if (refusal !== undefined) context.skip(refusal);
  });
  afterAll(async () => {
    await lab?.close();
  });
  return () => {
    if (lab === undefined) throw new Error("the lab is only there while its tests run");
    return lab;
  };
}
