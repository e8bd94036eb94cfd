import { expect, it } from "vitest";
import { formats } from "../../src/report/run/renderers.ts";
import { render } from "./loaded-renderers.ts";
import { tenThousand } from "./runs.ts";

const run = tenThousand();

/** Neither a stack that overflows nor work that grows with the square: either would not end in this time. */
it.each(formats)("%s of 10,000 hosts and 40,000 flows", { timeout: 30_000 }, (format) => {
  const text = render[format](run, { width: 100, colour: false });
  expect(text.endsWith("\n")).toBe(true);
  expect(text.length).toBeGreaterThan(100);
  expect(text.length).toBeLessThan(100_000_000);
});
