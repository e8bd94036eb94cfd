// Writes what is derived from the code: the JSON Schemas under schema/, docs/verdicts.md, docs/services.md,
// docs/commands.md, docs/dependencies.md, the reference in docs/topology.md and the man pages. Run by `npm run generate` after a build;
// test/generated.test.ts fails where the committed files are not what this would write.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import { z } from "zod";
import { rules } from "../dist/judge/rules.js";
import { serviceRules } from "../dist/judge/service-rules.js";
import { catalogSchema } from "../dist/model/catalog.js";
import { verdictOf } from "../dist/model/reason.js";
import { registrationSchema } from "../dist/model/registration/registration.js";
import { portNames } from "../dist/model/topology/names.js";
import { pluginListSchema } from "../dist/model/plugin/plugin.js";
import { describedAt, topologyKeys } from "../dist/model/reference/topology-keys.js";
import { runSchema } from "../dist/model/run/run.js";
import { serviceNames, serviceRecord } from "../dist/model/service.js";
import { setupRecordSchema } from "../dist/model/machine/setup.js";
import { traceReportSchema } from "../dist/model/run/trace.js";
import { accessRequestSchema } from "../dist/model/firewall/access-rule.js";
import { topologyFileSchema } from "../dist/model/topology/topology.js";
import { reasonWords } from "../dist/report/reasons/entries.js";
import { reasonsOf } from "../dist/report/reasons/explain.js";
import { findingMeanings, outcomeMeanings, proofMeanings, verdictMeanings } from "../dist/report/reasons/meanings.js";
import { messageSchemas } from "../dist/vantage/messages/messages.js";
import { protocolVersion } from "../dist/vantage/messages/protocol.js";
import { messageFiles, refuseBreaks } from "./messages.mjs";
import { buildProgram } from "../dist/commands/program.js";
import { describeOption } from "../dist/commands/help/describe-option.js";
import { commandsOf, everydayCommands, helpWords } from "../dist/commands/help/help-words.js";
import { dependenciesDoc, readDependencies } from "./dependencies-doc.mjs";
import { commandsDoc } from "./commands-doc.mjs";
import { manPages } from "./man.mjs";
import { schemaFiles } from "./schemas.mjs";
import { servicesDoc } from "./services-doc.mjs";
import { topologyDoc } from "./topology-doc.mjs";
import { verdictsDoc } from "./verdicts-doc.mjs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const program = buildProgram({ surroundings: { version } });

const reference = { topologyKeys, describedAt };
const schemas = schemaFiles(
  {
    catalogSchema,
    pluginListSchema,
    topologyFileSchema,
    runSchema,
    registrationSchema,
    setupRecordSchema,
    traceReportSchema,
    accessRequestSchema,
    reference,
  },
  z.toJSONSchema,
);
const topologySchema = JSON.parse(schemas.find(([path]) => path.endsWith("topology.schema.json"))[1]);
const files = [
  ...schemas,
  topologyDoc(
    readFileSync(new URL("../docs/topology.md", import.meta.url), "utf8"),
    { ...reference, schema: topologySchema, portNames },
    markdownTable,
  ),
  verdictsDoc(
    {
      rules,
      serviceRules,
      verdictOf,
      reasonWords,
      reasonsOf,
      verdictMeanings,
      proofMeanings,
      outcomeMeanings,
      findingMeanings,
    },
    markdownTable,
  ),
  servicesDoc({ serviceNames, serviceRecord }, markdownTable),
  dependenciesDoc(readDependencies(fileURLToPath(new URL("..", import.meta.url))), markdownTable),
  commandsDoc({ program, commandsOf, helpWords, describeOption }, markdownTable),
  ...manPages({ program, commandsOf, helpWords, everydayCommands, describeOption }, version),
];
// npm links the man pages that are named one by one, and none of a directory.
const manifestPath = new URL("../package.json", import.meta.url);
const manNames = files.flatMap(([path]) => (path.startsWith("man/") ? [`    ${JSON.stringify(path)}`] : [])).toSorted();
const manifest = readFileSync(manifestPath, "utf8");
writeFileSync(manifestPath, manifest.replace(/"man": \[[^\]]*\]/, `"man": [\n${manNames.join(",\n")}\n  ]`));
const messages = messageFiles({ messageSchemas, protocolVersion }, z.toJSONSchema);
const [protocolFile, protocol] = messages[0];
if (existsSync(new URL(`../${protocolFile}`, import.meta.url))) {
  refuseBreaks(readFileSync(new URL(`../${protocolFile}`, import.meta.url), "utf8"), protocol);
}
for (const [path, text] of [...files, ...messages]) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
