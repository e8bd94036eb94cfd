import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layOut } from "./picture-layout.ts";
import { covers, placePlates } from "./picture-plates.ts";

const box = (at: number, side: "hub" | "both" | "target") =>
  ({ label: `n${at}`, short: `n${at}`, nodes: [`n${at}`], side, verdict: "fail", note: "" }) as const;

describe("the words of broken arrows", () => {
  it("cover neither each other nor a box, however many there are", () => {
    const graph = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 16 })).chain(([hubs, leaves]) =>
      fc.record({
        boxes: fc.tuple(
          ...Array.from({ length: hubs + leaves }, (_, at) =>
            at < hubs
              ? fc.constant(box(at, "hub"))
              : fc.constantFrom("both", "target").map((side) => box(at, side as "both")),
          ),
        ),
        arrows: fc.array(
          fc.record({
            from: fc.integer({ min: 0, max: hubs + leaves - 1 }),
            to: fc.integer({ min: 0, max: hubs + leaves - 1 }),
            broken: fc.constantFrom("", "6556/tcp", "8000/tcp, 443/tcp", "ICMP echo +12"),
          }),
          { maxLength: 40 },
        ),
      }),
    );
    fc.assert(
      fc.property(graph, ({ boxes, arrows }) => {
        const all = arrows.map((arrow) => ({ ...arrow, verdict: "fail" as const, flows: 1, label: "" }));
        const { width, places, routes } = layOut({ boxes, arrows: all });
        const plates = placePlates(all, routes, places, width);
        expect(plates.map((plate) => plate !== undefined)).toEqual(all.map(({ broken }) => broken !== ""));
        const shown = plates.filter((plate) => plate !== undefined);
        for (const [at, plate] of shown.entries()) {
          expect(plate.x).toBeGreaterThanOrEqual(0);
          expect(plate.x + plate.width).toBeLessThanOrEqual(width);
          for (const other of [...places, ...shown.slice(at + 1)]) expect(covers(plate, other)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("between two boxes of a side they stand beside their arrow, not below the picture", () => {
    const boxes = [box(0, "hub"), ...[1, 2, 3, 4, 5].map((at) => box(at, "both"))];
    const arrows = [
      { from: 1, to: 3, broken: "20514/udp", verdict: "fail" as const, flows: 1, label: "" },
      { from: 2, to: 4, broken: "24321/udp, 24323/udp", verdict: "fail" as const, flows: 1, label: "" },
    ];
    const { width, height, places, routes } = layOut({ boxes, arrows });
    const plates = placePlates(arrows, routes, places, width);
    for (const [at, plate] of plates.entries()) {
      const middle = routes[at]?.along(0.5).y ?? 0;
      expect(Math.abs((plate?.y ?? height) - middle)).toBeLessThan(100);
      expect((plate?.y ?? height) + 18).toBeLessThan(height);
    }
  });

  it("twin: two plates on one spot cover each other", () => {
    const plate = { x: 10, y: 10, width: 50, height: 18 };
    expect(covers(plate, { ...plate, x: 40 })).toBe(true);
    expect(covers(plate, { ...plate, y: 40 })).toBe(false);
  });
});
