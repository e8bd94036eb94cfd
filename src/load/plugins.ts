import { join } from "node:path";
import { InputError } from "../model/text/problem.ts";
import { type PluginList, pluginListSchema, type Roster, rosterOf } from "../model/plugin/plugin.ts";
import { type PluginKind, pluginKinds } from "../model/plugin/plugin-kinds.ts";
import { parseDocument } from "./yaml/document.ts";
import { refuseProblems } from "./yaml/place.ts";
import { schemaProblems } from "./yaml/schema-problems.ts";
import { embeddedFile } from "./embedded.ts";
import { findShipped } from "./shipped-catalog.ts";
import { readShippedText } from "./shipped-text.ts";
import { isFile } from "./text-file.ts";

/** Loads one list of plug-ins of a product; `undefined` if the product has none. Throws an `InputError` with every problem. */
export async function loadPluginList(
  kind: PluginKind,
  catalogDirectory: string,
  product: string,
): Promise<PluginList | undefined> {
  const path = join(catalogDirectory, product, `${kind}.yaml`);
  if (embeddedFile(path) === undefined && !(await isFile(path))) return undefined;
  const text = await readShippedText(path);
  return (await findShipped<PluginList>(`${product}/${kind}`, text)) ?? parsePluginList(text, path);
}

/** Every plug-in of a product, by kind and name. */
export async function loadRoster(catalogDirectory: string, product: string): Promise<Roster> {
  const lists = await Promise.all(pluginKinds.map((kind) => loadPluginList(kind, catalogDirectory, product)));
  return rosterOf(lists.filter((list) => list !== undefined));
}

/** Reads and checks the text of a list of plug-ins; throws an `InputError` with every problem. */
export function parsePluginList(text: string, path: string): PluginList {
  const { value, locate } = parseDocument(text, path);
  const parsed = pluginListSchema.safeParse(value);
  if (!parsed.success) {
    refuseProblems(schemaProblems(parsed.error.issues, { schema: pluginListSchema, value, locate }));
    throw new InputError([{ file: path, message: "this is no list of plug-ins" }]);
  }
  return parsed.data;
}
