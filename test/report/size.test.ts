import { expect, it } from "vitest";
import { formats, renderers } from "../../src/report/renderers.ts";
import type { RenderOptions } from "../../src/report/options.ts";
import type { Run } from "../../src/model/run.ts";
import { tenThousand } from "./runs.ts";

const run = tenThousand();
const render: Record<(typeof formats)[number], (run: Run, options: RenderOptions) => string> = renderers;

/** Neither a stack that overflows nor work that grows with the square: either would not end in this time. */
it.each(formats)("%s of 10,000 hosts and 40,000 flows", { timeout: 30_000 }, (format) => {
  const text = render[format](run, { width: 100, colour: false });
  expect(text.endsWith("\n")).toBe(true);
  expect(text.length).toBeGreaterThan(100);
  expect(text.length).toBeLessThan(100_000_000);
});
