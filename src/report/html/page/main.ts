import { h, render } from "preact";
import { searchTexts } from "../filter.ts";
import { indexOf } from "../matrix-index.ts";
import type { Payload } from "../payload.ts";
import { App } from "./app.ts";
import { Tools } from "./tools.ts";

/** Starts the page: reads the data that lie in it, and puts the matrix and the tools where the markup has room. */
function start(): void {
  const index = indexOf(JSON.parse(document.querySelector("#payload")?.textContent ?? "") as Payload);
  const search = searchTexts(index);
  document.documentElement.classList.add("scripted");
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[hidden]")) button.hidden = false;
  for (const [place, tree] of [
    ["#tools", h(Tools, null)],
    ["#matrix", h(App, { index, search })],
  ] as const) {
    const element = document.querySelector(place);
    if (element !== null) render(tree, element);
  }
  prepare(search.prepare);
}

/** Makes the texts for the search while the page has nothing else to do; without idle time the first search does. */
function prepare(step: (count: number) => boolean): void {
  if (typeof window.requestIdleCallback !== "function") return;
  window.requestIdleCallback((deadline) => {
    let isMore = true;
    while (isMore && deadline.timeRemaining() > 2) isMore = step(50);
    if (isMore) prepare(step);
  });
}

start();
