import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { embeddedFile } from "./embedded.ts";

/** A catalog, or a list of plug-ins, that was read and checked when portmatrix was built, and what it was made from. */
interface Shipped<Content> {
  /** `fingerprintOf` the text. */
  madeFrom: string;
  catalog: Content;
}

/** Tells one text from another: SHA-256, in hexadecimal. */
export const fingerprintOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * The catalog, or the list of plug-ins, of this id as the build has left it in `dist/catalog`, if it was made from this very text: parsing and
 * checking YAML of 25 kB takes as long as a small run. `undefined` in a checkout that is not built, and for a text that
 * was changed since.
 */
export async function findShipped<Content>(id: string, text: string): Promise<Content | undefined> {
  let json: string;
  try {
    const path = fileURLToPath(new URL(`../catalog/${id}.json`, import.meta.url));
    json = new TextDecoder().decode(embeddedFile(path) ?? (await readFile(path)));
  } catch {
    return undefined; // whatever the reason, the text itself is at hand
  }
  const { madeFrom, catalog } = JSON.parse(json) as Shipped<Content>;
  return madeFrom === fingerprintOf(text) ? catalog : undefined;
}
