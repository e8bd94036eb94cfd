import { describeKeys } from "./topology-keys.mjs";

/**
 * The JSON Schemas of the files that users write and read, by path. `model` has the zod schemas and `toJSONSchema`
 * is zod's; both are handed in, so that the build (from dist/) and a test (from src/) share this one list.
 */
export function schemaFiles(model, toJSONSchema) {
  const sources = {
    catalog: model.catalogSchema,
    plugins: model.pluginListSchema,
    topology: model.topologyFileSchema,
    run: model.runSchema,
    doctor: model.registrationSchema,
    setup: model.setupRecordSchema,
    trace: model.traceReportSchema,
    request: model.accessRequestSchema,
  };
  return Object.entries(sources).map(([name, schema]) => {
    const json = toJSONSchema(schema, {
      target: "draft-2020-12",
      io: ["run", "doctor", "setup", "trace", "request"].includes(name) ? "output" : "input",
      reused: "ref",
    });
    if (name === "topology") describeKeys(json, model.reference);
    return [`schema/${name}.schema.json`, `${JSON.stringify(json, null, 2)}\n`];
  });
}
