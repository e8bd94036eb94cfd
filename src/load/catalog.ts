import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { catalogSchema } from "../model/catalog.ts";
import type { Catalog } from "../model/catalog.ts";
import { InputError } from "../model/text/problem.ts";
import type { Problem } from "../model/text/problem.ts";
import { parseDocument, readDocumentText } from "./yaml/document.ts";
import { quote, refuseProblems } from "./yaml/place.ts";
import type { Locate, Place } from "./yaml/place.ts";
import { schemaProblems } from "./yaml/schema-problems.ts";
import { embeddedBelow } from "./embedded.ts";
import { findShipped } from "./shipped-catalog.ts";
import { readShippedText } from "./shipped-text.ts";
import { isFile } from "./text-file.ts";
import { didYouMean } from "./yaml/suggest.ts";

/**
 * Loads a catalog: `checkmk` is the newest version of that product, `checkmk/2.3` is that version, and anything that
 * ends in .yaml, .yml or .json, or has a slash and exists as a file, is a path. `askedAt` is where the id was written,
 * for the message that there is no such catalog. Throws an `InputError` with every problem.
 */
export async function loadCatalog(idOrPath: string, catalogDirectory: string, askedAt?: Place): Promise<Catalog> {
  const ids = await listCatalogs(catalogDirectory);
  const id = ids.includes(idOrPath) ? idOrPath : ids.findLast((known) => known.startsWith(`${idOrPath}/`));
  if (id !== undefined) {
    const path = join(catalogDirectory, `${id}.yaml`);
    const text = await readShippedText(path);
    return (await findShipped<Catalog>(id, text)) ?? parseCatalog(text, path);
  }
  const isPath = /\.(?:ya?ml|json)$/i.test(idOrPath) || (idOrPath.includes("/") && (await isFile(idOrPath)));
  if (isPath) return parseCatalog(await readDocumentText(idOrPath), idOrPath);
  const products = ids.map((known) => known.split("/")[0] ?? known);
  const newest = ids.findLast((one) => idOrPath.startsWith(`${one.split("/")[0]}/`));
  const ofVersion = ids.find((one) => one.endsWith(`/${idOrPath}`));
  const guess =
    ofVersion !== undefined
      ? `; write ${ofVersion}.`
      : newest === undefined
        ? didYouMean(idOrPath, [...ids, ...products])
        : `; the newest is ${newest}.`;
  const known = ids.length === 0 ? "none is installed" : `${ids.join(", ")}, or a path to a .yaml file`;
  const message = `no catalog is called ${quote(idOrPath)}${guess === "" ? "; catalogs" : `${guess} Catalogs`}: ${known}`;
  throw new InputError([{ ...(askedAt ?? { file: "catalog" }), message }]);
}

/** The ids of the catalogs in a directory, `PRODUCT/VERSION`, by product and then from the oldest to the newest version. */
export async function listCatalogs(catalogDirectory: string): Promise<string[]> {
  const names = embeddedBelow(catalogDirectory) ?? (await readdir(catalogDirectory, { recursive: true }));
  const ids = names.flatMap((name) => /^([^/]+\/\d+(?:\.\d+)*)\.yaml$/.exec(name.replaceAll("\\", "/"))?.[1] ?? []);
  return ids.toSorted(compareIds);
}

/** By product, then by version. */
function compareIds(a: string, b: string): number {
  const [[left = "", older = ""], [right = "", newer = ""]] = [a.split("/"), b.split("/")];
  return left === right ? compareVersions(older, newer) : left < right ? -1 : 1;
}

/** Numeric, part by part: 2.9 before 2.10, 2.3 before 2.3.1. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (left[part] ?? -1) - (right[part] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Reads and checks the text of a catalog; throws an `InputError` with every problem. */
export function parseCatalog(text: string, path: string): Catalog {
  const { value, locate } = parseDocument(text, path);
  const parsed = catalogSchema.safeParse(value);
  if (!parsed.success) {
    refuseProblems(schemaProblems(parsed.error.issues, { schema: catalogSchema, value, locate }));
    throw new Error("a catalog that fails its schema must have a problem");
  }
  refuseProblems(findDuplicates(parsed.data, locate));
  return parsed.data;
}

/** Flow ids are made of section and requirement ids, so these are unique. */
function findDuplicates({ sections }: Catalog, locate: Locate): Problem[] {
  const problems: Problem[] = [];
  const sectionIds = new Set<string>();
  for (const [index, section] of sections.entries()) {
    const path = ["sections", index];
    if (sectionIds.has(section.id)) {
      problems.push({ ...locate([...path, "id"]), message: `the section ${quote(section.id)} stands here twice` });
    }
    sectionIds.add(section.id);
    const requirementIds = new Set<string>();
    for (const [place, { id }] of section.requirements.entries()) {
      if (requirementIds.has(id)) {
        const message = `the requirement ${quote(id)} stands twice in section ${section.id}`;
        problems.push({ ...locate([...path, "requirements", place, "id"]), message });
      }
      requirementIds.add(id);
    }
  }
  return problems;
}
