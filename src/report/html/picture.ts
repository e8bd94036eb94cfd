import { h, type JSX } from "preact";
import { cutTo } from "../../model/text/printable.ts";
import { worstFirst } from "../../model/severity.ts";
import type { Arrow, Box, Graph } from "./graph.ts";
import { type Plate, placePlates } from "./picture-plates.ts";
import { layOut, type BoxPosition, type Route } from "./picture-layout.ts";

/** Worse arrows are drawn later, so that they lie above the others. */
const drawnLast = worstFirst.toReversed();

/**
 * The topology as inline SVG: boxes for nodes or groups of nodes, an arrow for all flows from one to another, broken
 * ones red with the services that fail. The same facts are in a list beside it, for those who do not see it.
 */
export function drawPicture(graph: Graph): JSX.Element {
  const { width, height, places, routes } = layOut(graph);
  const plates = placePlates(graph.arrows, routes, places, width);
  const lowest = Math.max(height, ...plates.map((plate) => (plate === undefined ? 0 : plate.y + plate.height + 2)));
  const order = [...graph.arrows.keys()].toSorted(
    (a, b) => rank(graph.arrows[a]) - rank(graph.arrows[b]) || (a < b ? -1 : 1),
  );
  return h(
    "svg",
    {
      class: "picture",
      viewBox: `0 0 ${width} ${Math.ceil(lowest)}`,
      role: "img",
      "aria-label": "Who talks to whom. The list below says the same in words.",
    },
    order.map((at) => arrow(graph.arrows[at], routes[at], at)),
    graph.boxes.map((box, at) => node(box, places[at], at)),
    order.map((at) => words(graph.arrows[at], plates[at], at)),
  );
}

const rank = (one: Arrow | undefined): number => drawnLast.indexOf(one?.verdict ?? "skipped");

function arrow(one: Arrow | undefined, route: Route | undefined, at: number): JSX.Element | undefined {
  if (one === undefined || route === undefined) return undefined;
  const { x, y, heading } = route.tip;
  const head = `${x},${y} ${x - 9 * heading},${y - 4.5} ${x - 9 * heading},${y + 4.5}`;
  return h(
    "g",
    { class: `arrow ${one.verdict}`, "data-arrow": at },
    h("title", null, one.label),
    h("path", { class: "reach", d: route.path, fill: "none" }),
    h("path", { class: "line", d: route.path, fill: "none", stroke: "currentColor" }),
    h("polygon", { points: head, fill: "currentColor" }),
  );
}

/** The services that are broken, on a plate so that lines do not run through the words. */
function words(one: Arrow | undefined, plate: Plate | undefined, at: number): JSX.Element | undefined {
  if (one === undefined || plate === undefined) return undefined;
  const { x, y, width, height } = plate;
  return h(
    "g",
    { class: `plate ${one.verdict}`, "data-arrow": at },
    h("title", null, one.label),
    h("rect", { x, y, width, height, rx: height / 2, fill: "white" }),
    h("text", { x: x + width / 2, y: y + height / 2 + 4, "text-anchor": "middle" }, plate.text),
  );
}

function node(box: Box, place: BoxPosition | undefined, at: number): JSX.Element | undefined {
  if (place === undefined) return undefined;
  const { x, y, width, height } = place;
  const middle = y + height / 2;
  return h(
    "g",
    { class: `box ${box.verdict}${box.side === "hub" ? " hub" : ""}`, "data-box": at },
    h("title", null, `${box.label}: ${box.note}`),
    h("rect", { class: "body", x, y, width, height, rx: 9, fill: "white", stroke: "currentColor" }),
    h("rect", { class: "mark", x: x + 7, y: y + 9, width: 4, height: height - 18, rx: 2 }),
    h("text", { class: "name", x: x + 20, y: middle - 3 }, cutName(23, box.short)),
    h("text", { class: "note", x: x + 20, y: middle + 13 }, cutTo(32, box.note)),
  );
}

/** A name that is cut keeps its end, where hosts of one kind differ: `database-se…prod-07`. */
function cutName(most: number, text: string): string {
  if (text.length <= most) return text;
  return text.includes(" ") ? cutTo(most, text).replace(/,?…$/, "…") : `${cutTo(most - 8, text)}${text.slice(-8)}`;
}
