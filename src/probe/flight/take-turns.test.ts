import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { takeTurn } from "./take-turns.ts";

it("does few things in one turn of the event loop, in order, and in the end all of them", async () => {
  const done: number[] = [];
  for (let index = 0; index < 200; index += 1) takeTurn(() => done.push(index));
  const counts: number[] = [];
  for (let turns = 0; turns < 4; turns += 1) {
    counts.push(done.length);
    await turn();
  }
  expect(counts).toEqual([64, 128, 192, 200]);
  expect(done).toEqual(Array.from({ length: 200 }, (_, index) => index));
});

it("something on its own is done at once", () => {
  let isDone = false;
  takeTurn(() => {
    isDone = true;
  });
  expect(isDone).toBe(true);
});
