import { join, type Shape, tagKeyOf } from "./shape.ts";

/**
 * The words of a shape: what a version of it may have and another may lack. A word is the path of a key that may be
 * absent, of one value out of a set, or of one variant: `careful`, `probe.udp.payload.dns`, `probe.tcp`. What every
 * value must have is no word, because it belongs to the version of the protocol.
 */
export function vocabularyOf(shape: Shape, path = ""): string[] {
  if (shape.oneOf !== undefined) {
    const tagKey = tagKeyOf(shape.oneOf) ?? "";
    const words = shape.oneOf.flatMap((variant) =>
      (variant.properties?.[tagKey]?.enum ?? []).flatMap((tag) => [
        join(path, tag),
        ...wordsOfKeys(variant, join(path, tag), tagKey),
      ]),
    );
    return [...new Set(words)];
  }
  if (shape.enum !== undefined) return shape.enum.map((value) => join(path, value));
  if (shape.items !== undefined) return vocabularyOf(shape.items, path);
  return wordsOfKeys(shape, path);
}

const wordsOfKeys = ({ properties = {}, required = [] }: Shape, path: string, tagKey?: string): string[] =>
  Object.entries(properties).flatMap(([key, property]) => {
    if (key === tagKey) return [];
    const words = vocabularyOf(property, join(path, key));
    return required.includes(key) ? words : [join(path, key), ...words];
  });
