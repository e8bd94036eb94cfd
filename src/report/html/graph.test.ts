import { describe, expect, it } from "vitest";
import type { Result } from "../../model/run/run.ts";
import { graphOf } from "./graph.ts";

const flow = (to: string, port: number): Result =>
  ({ from: "cmk", to, protocol: "tcp", port, verdict: "fail", address: "10.0.0.1" }) as unknown as Result;
const flows = (kind: string, port: number, count: number): Result[] =>
  Array.from({ length: count }, (_, at) => flow(`${kind}${at + 10}`, port));

describe("nodes that are put together", () => {
  it("are those of one kind: the same services to the same hub", () => {
    const { boxes } = graphOf([...flows("web", 6556, 20), ...flows("sw", 161, 10), ...flows("far", 443, 5)]);
    expect(boxes.map(({ short }) => short)).toEqual([
      "cmk",
      "5 nodes: far10, …",
      "10 nodes: sw10, …",
      "20 nodes: web10, …",
    ]);
    expect(boxes[3]?.label).toBe("20 nodes (web10 … web29)");
  });

  it("twin: where every node has its own services, there would be too many boxes, and verdicts decide", () => {
    const each = Array.from({ length: 30 }, (_, at) => flow(`web${at + 10}`, 6556 + at));
    expect(graphOf(each).boxes.map(({ nodes }) => nodes.length)).toEqual([1, 30]);
  });
});
