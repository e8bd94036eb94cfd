import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** Who imports whom, by path or by name of a room. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The imports among some source files, by their path: what is imported for its types alone counts as well, and so does
 * what is loaded when it is needed. The linter's own rule leaves both out.
 */
export function importsOf(files: ReadonlyMap<string, string>): Graph {
  const targets = (path: string, text: string): string[] =>
    Array.from(text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g), ([, to = ""]) =>
      posix.join(dirname(path), to),
    ).filter((to) => files.has(to));
  return new Map(Array.from(files, ([path, text]) => [path, new Set(targets(path, text))]));
}

/** The product's source files below a folder, without tests and without what is generated. */
export function sourcesBelow(root: string): Map<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !/\.test\.ts$|page-assets\.ts$/.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** `report/html/page/app.ts` is in the room `report/html`; a file in a stage's own folder is in no room. */
const roomOf = (path: string): string | undefined => {
  const [stage, room, ...rest] = path.split("/");
  return rest.length === 0 ? undefined : `${stage}/${room}`;
};

/**
 * The same by rooms, the folders below a stage. A stage's own files are left out: they are what its rooms share, or what
 * joins them.
 */
export function roomsOf(graph: Graph): Graph {
  const rooms = new Map<string, Set<string>>();
  for (const [path, targets] of graph) {
    const room = roomOf(path);
    if (room === undefined) continue;
    const known = rooms.get(room) ?? new Set();
    rooms.set(room, known);
    for (const target of targets) {
      const other = roomOf(target);
      if (other !== undefined && other !== room) known.add(other);
    }
  }
  return rooms;
}

/** Every circle that a walk along the imports meets, as a path that ends where it began. */
export function circlesIn(graph: Graph): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, way: readonly string[]): void => {
    if (way.includes(node)) circles.push([...way.slice(way.indexOf(node)), node].join(" -> "));
    if (way.includes(node) || done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return circles;
}
