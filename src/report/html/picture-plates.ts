import { severity } from "../../model/severity.ts";
import { sign } from "../text/palette.ts";
import type { Arrow } from "./graph.ts";
import type { BoxPosition, Route } from "./picture-layout.ts";

/** The words of a broken arrow and the plate under them. */
export interface Plate extends BoxPosition {
  text: string;
}

const plateHeight = 18;
/** Width of a character of the picture's font at 11 px, at most; digits and capitals are the widest that are used. */
const characterWidth = 6.9;
const gap = 2;
/** How far words move up or down when there is no room: little, so that they find the gap between two boxes. */
const rowStep = 4;
/** How far words move along their arrow before they leave it. */
const steps = [0, 0.06, -0.06, 0.12, -0.12, 0.18, -0.18, 0.24, -0.24];

/**
 * Where the words of the broken arrows stand: on their arrow where there is room, else above or below it. No plate covers
 * another, nor a box. The worst choose first. `undefined` for an arrow without words.
 */
export function placePlates(
  arrows: readonly Pick<Arrow, "broken" | "verdict">[],
  routes: readonly Route[],
  boxes: readonly BoxPosition[],
  pictureWidth: number,
): (Plate | undefined)[] {
  const plates: (Plate | undefined)[] = arrows.map(() => undefined);
  const taken: BoxPosition[] = [...boxes];
  const order = [...arrows.keys()].toSorted((a, b) => rank(arrows[a]) - rank(arrows[b]) || a - b);
  for (const at of order) {
    const [arrow, route] = [arrows[at], routes[at]];
    if (arrow === undefined || route === undefined || arrow.broken === "") continue;
    const text = `${sign(arrow.verdict, { unicode: true })} ${arrow.broken}`;
    const place = findPlace(text.length * characterWidth + 14, route, taken, pictureWidth);
    taken.push(place);
    plates[at] = { ...place, text };
  }
  return plates;
}

const rank = (arrow: Pick<Arrow, "verdict"> | undefined): number => severity(arrow?.verdict ?? "skipped");

function findPlace(
  width: number,
  { along, wordsAt }: Route,
  taken: readonly BoxPosition[],
  pictureWidth: number,
): BoxPosition {
  for (let row = 0; ; row++) {
    const moved = rowStep * Math.ceil(row / 2) * (row % 2 === 0 ? 1 : -1);
    for (const step of steps) {
      const { x, y } = along(Math.min(Math.max(wordsAt + step, 0.1), 0.9));
      const place = {
        x: Math.min(Math.max(x - width / 2, gap), pictureWidth - width - gap),
        y: y - plateHeight / 2 + moved,
        width,
        height: plateHeight,
      };
      // Far enough below everything there is always room; the picture grows.
      if (place.y >= 0 && taken.every((other) => !covers(place, other))) return place;
    }
  }
}

/** Whether two rectangles share more than the gap between them. */
export function covers(one: BoxPosition, other: BoxPosition): boolean {
  return (
    one.x < other.x + other.width + gap &&
    other.x < one.x + one.width + gap &&
    one.y < other.y + other.height + gap &&
    other.y < one.y + one.height + gap
  );
}
