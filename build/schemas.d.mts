import type { z } from "zod";
import type { describedAt, topologyKeys } from "../src/model/reference/topology-keys.ts";

interface Model {
  catalogSchema: z.ZodType;
  pluginListSchema: z.ZodType;
  topologyFileSchema: z.ZodType;
  runSchema: z.ZodType;
  registrationSchema: z.ZodType;
  setupRecordSchema: z.ZodType;
  traceReportSchema: z.ZodType;
  accessRequestSchema: z.ZodType;
  reference: { topologyKeys: typeof topologyKeys; describedAt: typeof describedAt };
}
export function schemaFiles(model: Model, toJSONSchema: typeof z.toJSONSchema): [path: string, text: string][];
