import { describe, expect, it } from "vitest";
import { recordedWalks } from "../../../test/cases/recorded-walks.ts";
import { traceFormats, traceRenderers } from "./renderers.ts";

const names = Object.keys(recordedWalks) as (keyof typeof recordedWalks)[];

describe.each(names)("a recorded walk: %s", (name) => {
  it.each(traceFormats)("as %s", async (format) => {
    const render = await traceRenderers[format]();
    await expect(render(recordedWalks[name], { width: 100 })).toMatchFileSnapshot(
      `../__golden__/trace-${name}.${format}.txt`,
    );
  });
});

it.each([
  ["black-hole", "packets of 1500 bytes vanish at 10.9.2.2 or at the next hop, 10.9.3.2,"],
  ["black-hole", "no router says what fits there: an MTU black hole."],
  ["small-link-named", "10.9.2.2 says that packets of 1500 bytes do not fit, 1400 bytes do."],
] as const)("large packets, %s: %s", async (name, words) => {
  const render = await traceRenderers.text();
  expect(render(recordedWalks[name], { width: 1_000 })).toContain(words);
});

it("where no large packets were sent, no MTU is named", async () => {
  const render = await traceRenderers.text();
  expect(render(recordedWalks["lost-in-forward"], { width: 100 })).not.toMatch(/MTU|bytes/);
});

it("its sentences keep to the width of the terminal, and say the same", async () => {
  const render = await traceRenderers.text();
  for (const name of names) {
    const [narrow, wide] = [40, 1_000].map((width) => render(recordedWalks[name], { width }));
    const sentences = (narrow ?? "").split("\n").filter((line) => !line.startsWith("  "));
    expect(sentences.filter((line) => line.length > 40)).toEqual([]);
    expect(narrow?.split(/\s+/)).toEqual(wide?.split(/\s+/));
  }
});
