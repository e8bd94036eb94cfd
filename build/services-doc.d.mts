import type { markdownTable } from "markdown-table";
import type { serviceNames, serviceRecord } from "../src/model/service.ts";

interface Model {
  serviceNames: typeof serviceNames;
  serviceRecord: typeof serviceRecord;
}
export function servicesDoc(model: Model, table: typeof markdownTable): [path: string, text: string];
