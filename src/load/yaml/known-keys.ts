import type { z } from "zod";
import type { Path } from "./place.ts";

type Schema = z.core.$ZodType;
type Definition = z.core.$ZodTypes["_zod"]["def"];

/**
 * The keys that a strict schema knows at `path`, over all branches of unions that are there; in no particular order.
 * Empty where any key is allowed or none can be.
 */
export function knownKeys(schema: Schema, path: Path): string[] {
  const keys = new Set<string>();
  for (const found of descend([schema], path)) {
    const def = definition(found);
    if (def.type === "object") for (const key of Object.keys(def.shape)) keys.add(key);
    if (def.type === "record") for (const key of definitionValues(def.keyType)) keys.add(key);
  }
  return [...keys];
}

function descend(schemas: Schema[], path: Path): Schema[] {
  let current = schemas.flatMap(unwrap);
  for (const step of path) {
    current = current.flatMap((schema) => child(schema, step)).flatMap(unwrap);
  }
  return current;
}

function child(schema: Schema, step: PropertyKey): Schema[] {
  const def = definition(schema);
  if (def.type === "object") {
    const found = Object.hasOwn(def.shape, step) ? def.shape[String(step)] : undefined;
    return found === undefined ? [] : [found];
  }
  if (def.type === "array") return [def.element];
  return def.type === "record" ? [def.valueType] : [];
}

/** Looks through what only decorates a schema: optional, default, nullable, transform; and into every union branch. */
function unwrap(schema: Schema): Schema[] {
  const def = definition(schema);
  if (def.type === "optional" || def.type === "default" || def.type === "nullable") return unwrap(def.innerType);
  if (def.type === "pipe") return unwrap(def.in);
  if (def.type === "union") return def.options.flatMap((option) => unwrap(option));
  return [schema];
}

function definition(schema: Schema): Definition {
  return (schema as unknown as { def: Definition }).def;
}

function definitionValues(schema: Schema): string[] {
  const def = definition(schema);
  return def.type === "enum" ? Object.values(def.entries).map(String) : [];
}
