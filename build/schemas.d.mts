import type { z } from "zod";

interface Model {
  catalogSchema: z.ZodType;
  topologyFileSchema: z.ZodType;
  runSchema: z.ZodType;
  registrationSchema: z.ZodType;
}
export function schemaFiles(model: Model, toJSONSchema: typeof z.toJSONSchema): [path: string, text: string][];
