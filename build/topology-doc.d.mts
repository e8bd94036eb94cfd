import type { markdownTable } from "markdown-table";
import type { portNames } from "../src/model/topology/names.ts";
import type { describedAt, topologyKeys } from "../src/model/reference/topology-keys.ts";

interface Model {
  /** The JSON Schema of a topology. */
  schema: object;
  topologyKeys: typeof topologyKeys;
  describedAt: typeof describedAt;
  portNames: typeof portNames;
}
export function topologyDoc(written: string, model: Model, table: typeof markdownTable): [path: string, text: string];
