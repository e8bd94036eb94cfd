import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { importsOf, roomsOf, sourcesBelow } from "./import-graph.ts";

const root = join(import.meta.dirname, "../..");

/** The rows of the table of rooms: the rooms of a row, and those of their stage that they import. */
function rowsOf(text: string): { rooms: string[]; imports: string[] }[] {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => line.startsWith("| room |"));
  const end = lines.findIndex((line, at) => at > head && !line.startsWith("|"));
  const names = (cell: string | undefined): string[] =>
    Array.from((cell ?? "").matchAll(/`([^`]+?)\/?`/g), ([, name = ""]) => name);
  return lines
    .slice(head + 2, end)
    .map((line) => line.split("|"))
    .map((cells) => ({ rooms: names(cells[1]), imports: names(cells[3]).toSorted() }));
}

const rows = rowsOf(readFileSync(join(root, "docs/architecture.md"), "utf8"));
const graph = roomsOf(importsOf(sourcesBelow(join(root, "src"))));
const stageOf = (room: string): string => room.split("/")[0] ?? "";

it("docs/architecture.md lists every room", () => {
  expect(rows.flatMap(({ rooms }) => rooms).toSorted()).toEqual([...graph.keys()].toSorted());
});

it.each(rows.map(({ rooms, imports }) => [rooms.join(", "), rooms, imports] as const))(
  "%s imports what it says, of the rooms of its stage",
  (_name, rooms, imports) => {
    const found = rooms.flatMap((room) =>
      [...(graph.get(room) ?? [])]
        .filter((other) => stageOf(other) === stageOf(room))
        .map((other) => other.split("/")[1]),
    );
    expect([...new Set(found)].toSorted()).toEqual(imports);
  },
);

it("no folder has more files side by side than a reader can take in", () => {
  const files = new Map<string, number>();
  for (const file of sourcesBelow(join(root, "src")).keys()) {
    files.set(dirname(file), (files.get(dirname(file)) ?? 0) + 1);
  }
  expect(files.size).toBeGreaterThan(50);
  expect([...files].filter(([, count]) => count > 24)).toEqual([]);
});
