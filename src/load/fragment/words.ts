/** A line that is not written as fragments are. */
export class Damaged extends Error {}

/** Ends the reading of a fragment. */
export function damaged(why: string): never {
  throw new Damaged(why);
}

/** Whole numbers as fragments write them. */
export function numberOf(word: string | undefined): number {
  if (word === undefined || !/^\d{1,16}$/.test(word)) damaged("a number is missing");
  return Number(word);
}

/** Bytes, given back as hexadecimal digits. */
export function bytesOf(word: string | undefined): string {
  if (word === undefined) damaged("bytes are missing");
  if (word === "-") return "";
  if (/^(?:[0-9a-f]{2})+$/.test(word)) return word;
  if (/^b64:[A-Za-z0-9+/]+={0,2}$/.test(word)) return Buffer.from(word.slice(4), "base64").toString("hex");
  return damaged("bytes are not written as bytes are");
}

/** A text, from the bytes of its UTF-8; what cannot be shown stays in it and is escaped by whoever shows it. */
export const textOf = (word: string | undefined): string =>
  Buffer.from(bytesOf(word), "hex").toString("utf8").slice(0, 1_000);
