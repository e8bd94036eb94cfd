import { expect, it } from "vitest";
import { smallHello } from "./small-hello.ts";

it("its lengths are right, and it fits into the smallest segments", () => {
  const view = new DataView(smallHello.buffer);
  expect(smallHello.length).toBe(50);
  expect(view.getUint16(3)).toBe(smallHello.length - 5);
  expect(view.getUint32(5) & 0xff_ffff).toBe(smallHello.length - 9);
});
