import { cutTo, plainText } from "../../model/text/printable.ts";

/** What a value must look like: the few words of JSON Schema that our messages need. An empty one fits everything. */
export interface Shape {
  type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  properties?: Readonly<Record<string, Shape>>;
  required?: readonly string[];
  items?: Shape;
  minItems?: number;
  minLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  enum?: readonly (string | number)[];
  /** Objects that are told apart by the values of properties that all of them have. */
  oneOf?: readonly Shape[];
}

/** A value from the other side, as far as it is understood. */
export interface Reading {
  /** A copy with what is known. Of no use if one of the next two says so. */
  value: unknown;
  /** True if the value is none that any version could mean. */
  isBroken: boolean;
  /** Values in it that a newer version may know, e.g. another kind of probe: the whole cannot be understood. */
  unknownValues: readonly string[];
  /** Keys in it that a newer version may know; they are left out. */
  unknownKeys: readonly string[];
  /** The words of `vocabularyOf` that it uses. */
  words: readonly Word[];
}

/** Something that a later version may add: a key that may be absent, or one of a set of values. */
export interface Word {
  word: string;
  isKey: boolean;
}

const mostWords = 20;
const longestWord = 60;

/** Notes about a foreign value are few and short, whatever the value is. */
function note(list: string[], path: string, word: string): void {
  if (list.length < mostWords) list.push(join(path, plainText(cutTo(longestWord, word))));
}

export const join = (path: string, word: string | number): string => (path === "" ? `${word}` : `${path}.${word}`);

/** Reads a value by its shape; texts longer than `longestText` are cut. Never throws, whatever the value is. */
export function readShape(shape: Shape, value: unknown, longestText = Infinity): Reading {
  const unknownValues: string[] = [];
  const unknownKeys: string[] = [];
  const words: Word[] = [];
  let isBroken = false;
  const broken = () => void (isBroken = true);

  const take = (shape: Shape, value: unknown, path: string): unknown => {
    if (shape.oneOf !== undefined) return takeVariant(shape.oneOf, value, path);
    if (shape.enum !== undefined) return takeWord(shape.enum, value, path);
    switch (shape.type) {
      case "object":
        return isObject(value) ? takeObject(shape, value, path) : broken();
      case "array":
        if (!Array.isArray(value) || value.length < (shape.minItems ?? 0)) return broken();
        return value.map((item) => take(shape.items ?? {}, item, path));
      case "string":
        if (typeof value !== "string" || value.length < (shape.minLength ?? 0)) return broken();
        return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
      case "boolean":
        return typeof value === "boolean" ? value : broken();
      case "number":
      case "integer":
        return isWithin(shape, value) ? value : broken();
      case undefined:
        return value;
    }
  };

  const takeWord = (known: readonly (string | number)[], value: unknown, path: string): unknown => {
    if (typeof value !== typeof known[0]) return broken();
    const word = value as string | number;
    if (!known.includes(word)) return note(unknownValues, path, `${word}`);
    words.push({ word: join(path, word), isKey: false });
    return word;
  };

  const takeVariant = (variants: readonly Shape[], value: unknown, path: string): unknown => {
    if (!isObject(value)) return broken();
    const { variant, tagKey, tag } = choose(variants, value);
    if (tag === undefined) return broken();
    if (variant === undefined) return note(unknownValues, path, tag);
    const word = join(path, value[tagKey] as string);
    words.push({ word, isKey: false });
    return { ...takeObject(variant, value, word, tagKey), [tagKey]: value[tagKey] };
  };

  const takeObject = ({ properties = {}, required = [] }: Shape, value: Fields, path: string, tagKey?: string) => {
    const taken: Fields = {};
    for (const key of required) if (!Object.hasOwn(value, key)) broken();
    for (const key of Object.keys(value)) {
      if (key === tagKey) continue;
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property === undefined) note(unknownKeys, path, key);
      else {
        if (!required.includes(key)) words.push({ word: join(path, key), isKey: true });
        taken[key] = take(property, value[key], join(path, key));
      }
    }
    return taken;
  };

  const taken = take(shape, value, "");
  return { value: taken, isBroken, unknownValues, unknownKeys, words };
}

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isWithin = ({ type, minimum, exclusiveMinimum, maximum }: Shape, value: unknown): boolean =>
  typeof value === "number" &&
  (type === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
  value >= (minimum ?? -Infinity) &&
  value > (exclusiveMinimum ?? -Infinity) &&
  value <= (maximum ?? Infinity);

/** The first key that tells variants apart: each of them must have it, with a value out of its own set. */
export function tagKeyOf(variants: readonly Shape[], used: readonly string[] = []): string | undefined {
  const isTag = ({ properties = {}, required = [] }: Shape, key: string) =>
    required.includes(key) && properties[key]?.enum !== undefined;
  return Object.keys(variants[0]?.properties ?? {}).find(
    (key) => !used.includes(key) && variants.every((variant) => isTag(variant, key)),
  );
}

/** The variant that a value wants to be. Without one, `tag` says which, unless the value is none of ours at all. */
function choose(variants: readonly Shape[], value: Fields): { variant?: Shape; tagKey: string; tag?: string } {
  const tagKey = tagKeyOf(variants) ?? "";
  let left = variants;
  let tag: string | undefined;
  for (const used: string[] = []; left.length > 1;) {
    const key = tagKeyOf(left, used);
    const word = key === undefined ? undefined : value[key];
    if (key === undefined || typeof word !== "string") return { tagKey };
    tag = tag === undefined ? word : join(tag, word);
    left = left.filter(({ properties = {} }) => properties[key]?.enum?.includes(word));
    used.push(key);
  }
  const [variant] = left;
  return { tagKey, ...(variant === undefined ? {} : { variant }), ...(tag === undefined ? {} : { tag }) };
}
