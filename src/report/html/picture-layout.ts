import type { Box, Graph } from "./graph.ts";

/** Where a box stands, in units of the picture. */
export interface BoxPosition {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where an arrow runs: a cubic curve, the direction of its head, and where on it words stand best. */
export interface Route {
  path: string;
  /** The head's tip, and 1 if it points to the right, -1 if to the left. */
  tip: { x: number; y: number; heading: 1 | -1 };
  /** The point of the curve at a share of its way, from 0 to 1. */
  along: (share: number) => { x: number; y: number };
  wordsAt: number;
}

export interface Layout {
  width: number;
  height: number;
  places: readonly BoxPosition[];
  routes: readonly Route[];
}

const width = 1240;
const boxWidth = 232;
const boxHeight = 48;
/** The words of an arrow fit between two boxes. */
const rowGap = 24;
const laneGap = 20;
const margin = 76;
const columns = { left: margin, middle: (width - boxWidth) / 2, right: width - margin - boxWidth } as const;
type Side = keyof typeof columns;

/** Places boxes in three columns, hubs in the middle, and routes the arrows between them. */
export function layOut({ boxes, arrows }: Pick<Graph, "boxes" | "arrows">): Layout {
  const sides = sidesOf(boxes);
  const lanes = lanesOf(arrows, sides);
  const heights = boxes.map((_, at) => {
    const busiest = Math.max(...(["left", "right"] as const).map((face) => lanes.at(at, face).length), 1);
    return Math.max(boxHeight, busiest * laneGap + 8);
  });
  const columnHeights = (["left", "middle", "right"] as const).map((side) => {
    const own = heights.filter((_, at) => sides[at] === side);
    return own.reduce((sum, height) => sum + height + rowGap, -rowGap);
  });
  const height = Math.max(...columnHeights, boxHeight) + 2 * 16;
  const places = placeBoxes(sides, heights, height);
  lanes.sort(places);
  const routes = arrows.map((arrow, at) => {
    const [start, end] = lanes.facesOf(arrow);
    return route(
      pointOf(places[arrow.from], start, lanes.share(arrow.from, start, `${at} out`)),
      pointOf(places[arrow.to], end, lanes.share(arrow.to, end, `${at} in`)),
      [start, end],
      sides[arrow.to] === "middle" ? 0.36 : 0.64,
    );
  });
  return { width, height, places, routes };
}

/** Those who initiate stand on the left, those who only answer on the right; one side alone is split in two. */
function sidesOf(boxes: readonly Box[]): Side[] {
  const leaves = boxes.flatMap((box, at) => (box.side === "hub" ? [] : [at]));
  const initiators = leaves.filter((at) => boxes[at]?.side === "both");
  const isLopsided = leaves.length > 6 && Math.abs(2 * initiators.length - leaves.length) > leaves.length / 2;
  const left = new Set(
    isLopsided || initiators.length === 0
      ? [...initiators, ...leaves.filter((at) => !initiators.includes(at))].slice(0, Math.ceil(leaves.length / 2))
      : initiators,
  );
  return boxes.map((box, at) => (box.side === "hub" ? "middle" : left.has(at) ? "left" : "right"));
}

function placeBoxes(sides: readonly Side[], heights: readonly number[], height: number): BoxPosition[] {
  const next = { left: 0, middle: 0, right: 0 };
  for (const side of ["left", "middle", "right"] as const) {
    const own = heights.filter((_, at) => sides[at] === side);
    const needed = own.reduce((sum, one) => sum + one + rowGap, -rowGap);
    next[side] = (height - needed) / 2;
  }
  return sides.map((side, at) => {
    const own = heights[at] ?? boxHeight;
    const y = next[side];
    next[side] += own + rowGap;
    return { x: columns[side], y, width: boxWidth, height: own };
  });
}

type Face = "left" | "right";
interface Ends {
  from: number;
  to: number;
}

/** The places on the left and right face of each box where arrows begin and end. */
function lanesOf(arrows: readonly Ends[], sides: readonly Side[]) {
  const order = { left: 0, middle: 1, right: 2 } as const;
  const facesOf = ({ from, to }: Ends): [Face, Face] => {
    const [start, end] = [order[sides[from] ?? "middle"], order[sides[to] ?? "middle"]];
    if (start !== end) return start < end ? ["right", "left"] : ["left", "right"];
    return start === 0 ? ["left", "left"] : ["right", "right"];
  };
  const lanes = new Map<string, { end: string; other: number }[]>();
  const at = (box: number, face: Face) => lanes.get(`${box} ${face}`) ?? [];
  const add = (box: number, face: Face, end: string, other: number) =>
    lanes.set(`${box} ${face}`, [...at(box, face), { end, other }]);
  for (const [number, arrow] of arrows.entries()) {
    const [start, end] = facesOf(arrow);
    add(arrow.from, start, `${number} out`, arrow.to);
    add(arrow.to, end, `${number} in`, arrow.from);
  }
  return {
    facesOf,
    at,
    /** Arrows leave a face in the order in which their other ends stand, so that few cross. */
    sort(places: readonly BoxPosition[]) {
      const middle = (box: number) => (places[box]?.y ?? 0) + (places[box]?.height ?? 0) / 2;
      for (const lane of lanes.values()) lane.sort((a, b) => middle(a.other) - middle(b.other));
    },
    /** How far down the face an end stands, from 0 to 1. */
    share(box: number, face: Face, end: string): number {
      const lane = at(box, face);
      return (lane.findIndex((one) => one.end === end) + 1) / (lane.length + 1);
    },
  };
}

interface Point {
  x: number;
  y: number;
}

function pointOf(place: BoxPosition | undefined, face: Face, share: number): Point {
  const { x, y, width: wide, height } = place ?? { x: 0, y: 0, width: 0, height: 0 };
  return { x: face === "left" ? x : x + wide, y: y + height * share };
}

function route(start: Point, end: Point, [startFace, endFace]: readonly [Face, Face], share: number): Route {
  const bend = startFace === endFace ? 52 : Math.max(60, Math.abs(end.x - start.x) * 0.45);
  const control = (point: Point, face: Face) => ({ x: point.x + (face === "left" ? -bend : bend), y: point.y });
  const heading = endFace === "left" ? 1 : -1;
  // The line ends where the head begins, or its blunt end would show beside the tip.
  const neck = { x: end.x - 7 * heading, y: end.y };
  const [one, two] = [control(start, startFace), control(neck, endFace)];
  const along = (a: number, b: number, c: number, d: number, t: number) =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
  return {
    path: `M${round(start)}C${round(one)} ${round(two)} ${round(neck)}`,
    tip: { ...end, heading },
    along: (at) => ({
      x: along(start.x, one.x, two.x, neck.x, at),
      y: along(start.y, one.y, two.y, neck.y, at),
    }),
    wordsAt: share,
  };
}

const round = ({ x, y }: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`;
