import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Catalog } from "../model/catalog.ts";

/** A catalog that was read and checked when portmatrix was built, and what it was made from. */
export interface ShippedCatalog {
  /** `fingerprintOf` the text. */
  madeFrom: string;
  catalog: Catalog;
}

/** Tells one text from another: SHA-256, in hexadecimal. */
export const fingerprintOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * The catalog of this id as the build has left it in `dist/catalog`, if it was made from this very text: parsing and
 * checking YAML of 25 kB takes as long as a small run. `undefined` in a checkout that is not built, and for a text that
 * was changed since.
 */
export async function findShipped(id: string, text: string): Promise<Catalog | undefined> {
  let json: string;
  try {
    json = await readFile(new URL(`../catalog/${id}.json`, import.meta.url), "utf8");
  } catch {
    return undefined; // whatever the reason, the text itself is at hand
  }
  const { madeFrom, catalog } = JSON.parse(json) as ShippedCatalog;
  return madeFrom === fingerprintOf(text) ? catalog : undefined;
}
