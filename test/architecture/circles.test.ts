import { join } from "node:path";
import { expect, it } from "vitest";
import { circlesIn, importsOf, roomsOf, sourcesBelow } from "./import-graph.ts";

const graph = importsOf(sourcesBelow(join(import.meta.dirname, "../../src")));

it("the product has files and rooms to look at", () => {
  expect(graph.size).toBeGreaterThan(200);
  expect(graph.get("commands/program.ts")).toContain("commands/check.ts"); // by a dynamic import
  expect(roomsOf(graph).get("report/view")).toContain("report/text");
});

it("no file imports itself by way of others, not even for types", () => expect(circlesIn(graph)).toEqual([]));

it("nor does a room", () => expect(circlesIn(roomsOf(graph))).toEqual([]));

const paint = 'import { mix } from "../text/mix.ts";\n';
it.each<[string, Record<string, string>, string[], string[]]>([
  [
    "a circle of files",
    { "report/a.ts": 'export * from "./b.ts";', "report/b.ts": 'export const late = () => import("./a.ts");' },
    ["report/a.ts -> report/b.ts -> report/a.ts"],
    [],
  ],
  [
    "a circle that is there for types alone",
    { "load/a.ts": 'import type { B } from "./b.ts";', "load/b.ts": 'import {\n  type A,\n} from "./a.ts";' },
    ["load/a.ts -> load/b.ts -> load/a.ts"],
    [],
  ],
  [
    "a circle of rooms, though none of files",
    {
      "report/view/a.ts": paint,
      "report/text/mix.ts": "",
      "report/text/c.ts": 'import type { D } from "../view/d.ts";',
      "report/view/d.ts": "",
    },
    [],
    ["report/view -> report/text -> report/view"],
  ],
  ["none", { "report/view/a.ts": paint, "report/text/mix.ts": 'import "node:fs";', "report/b.ts": "" }, [], []],
])("finds %s", (_name, files, ofFiles, ofRooms) => {
  const found = importsOf(new Map(Object.entries(files)));
  expect([circlesIn(found), circlesIn(roomsOf(found))]).toEqual([ofFiles, ofRooms]);
});
