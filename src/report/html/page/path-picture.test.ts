import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { recordedWalks } from "../../../../test/cases/recorded-walks.ts";
import { PathPicture } from "./path-picture.ts";

/** Places of the drawn path in their order, each as its class and its words, and the sentence below. */
function drawn(name: keyof typeof recordedWalks): { places: string[]; caption: string } {
  const [traced] = recordedWalks[name].traces;
  if (traced === undefined) throw new Error("nothing was walked");
  const { trace, from, to } = traced;
  const html = renderToString(h(PathPicture, { trace, from, to }));
  const places = [...html.matchAll(/<li class="([^"]*)">(.*?)<\/li>/g)].map(
    ([, state = "", inside = ""]) => `${state}: ${inside.replaceAll(/<[^>]*>/g, "")}`,
  );
  return { places, caption: /<figcaption>(.*?)<\/figcaption>/.exec(html)?.[1] ?? "" };
}

it.each([
  [
    "lost-in-forward",
    ["had: cmk", "had: 10.9.1.1", "had: 10.9.2.2", "unknown cut: ✕ 10.9.3.2", "unknown: t0"],
    "10.9.2.2 had it; it dies at 10.9.2.2 or at the next hop, which on the path of 22/tcp is 10.9.3.2.",
  ],
  [
    "black-hole",
    ["had: cmk", "had: 10.9.1.1", "had: 10.9.2.2", "unknown cut: ✕ 10.9.3.2", "unknown: t2"],
    "an MTU black hole",
  ],
  [
    "small-link-named",
    ["had: cmk", "had: 10.9.1.1", "had: 10.9.2.2", "had: 10.9.3.2", "had: t3"],
    "10.9.2.2 says that packets of 1500 bytes do not fit, 1400 bytes do.",
  ],
] as const)("the path of a walk is drawn: %s", (name, places, words) => {
  const { places: seen, caption } = drawn(name);
  expect(seen).toEqual(places);
  expect(caption).toContain(words);
});

it("a path whose end had the packet has one cut, in front of the target, where the answer is lost", () => {
  const { places } = drawn("answer-lost");
  expect(places.filter((place) => place.includes("✕")).length).toBe(1);
});
