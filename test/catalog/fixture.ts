import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { catalogSchema, type Catalog } from "../../src/model/catalog.ts";

/**
 * Changes to the base catalog. The key is a requirement (`2.1/ping`), a section (`2.1`) or the catalog (`catalog`); the
 * value is laid over it. `null` takes the field, or the whole requirement, away.
 */
const changesSchema = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());
type Changes = z.infer<typeof changesSchema>;

const fixtureSchema = z.strictObject({
  /** Each fault alone breaks the rule of the file's name, with exactly these messages. */
  faults: z.array(z.strictObject({ change: changesSchema, messages: z.array(z.string()).min(1) })).min(1),
  /** Laid over the base like a fault, but right: the twin that passes. Without it the base itself is the twin. */
  mended: changesSchema.default({}),
  /** Text of the document, for rules that compare with it. */
  pages: z.array(z.string()).default([]),
  /** True if the base catalog counts as the version before. */
  base_is_earlier: z.boolean().default(false),
});
/** A failing example of one rule, with its twin that passes. */
type Fixture = z.infer<typeof fixtureSchema>;

const read = (name: string): unknown => parse(readFileSync(new URL(`fixtures/${name}.yaml`, import.meta.url), "utf8"));

/** Reads the failing example of a rule. */
export function readFixture(rule: string): Fixture {
  return fixtureSchema.parse(read(rule));
}

type Loose = Record<string, unknown> & {
  sections: (Record<string, unknown> & { requirements: Record<string, unknown>[] })[];
};

function lay(target: Record<string, unknown>, fields: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete target[key];
    else target[key] = value;
  }
}

/** The small sound catalog that all examples start from, with changes laid over it. */
export function baseCatalog(changes: Changes = {}): Catalog {
  const catalog = read("base") as Loose;
  for (const [key, fields] of Object.entries(changes)) {
    if (key === "catalog") {
      lay(catalog, fields ?? {});
      continue;
    }
    const [sectionId, requirementId] = key.split("/");
    const section = catalog.sections.find(({ id }) => id === sectionId);
    if (section === undefined) throw new Error(`the base catalog has no section ${sectionId}`);
    if (requirementId === undefined) {
      lay(section, fields ?? {});
      continue;
    }
    const place = section.requirements.findIndex(({ id }) => id === requirementId);
    const requirement = section.requirements[place];
    if (requirement === undefined) throw new Error(`the base catalog has no requirement ${key}`);
    if (fields === null) section.requirements.splice(place, 1);
    else lay(requirement, fields);
  }
  return catalogSchema.parse(catalog);
}
