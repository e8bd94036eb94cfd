import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { isNumbered } from "../../model/section.ts";
import { isWebAddress } from "../text/web-address.ts";
import { annotatedFile, usualFile } from "./annotated-file.ts";
import { notCheckedOf } from "../view/not-checked.ts";
import { isNoteworthy } from "../view/noteworthy.ts";
import { sectionsOf } from "../view/sections-of.ts";
import { counted } from "../text/wording.ts";

/**
 * SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0) for code scanning. A rule is a requirement, a result is a flow
 * that failed (level error), works with a caveat (warning) or could not be decided (kind `open`). What we could not
 * send is no finding about the network: `error` and `skipped` are notifications of the tool. A pass is left out.
 */
export function renderSarif(raw: Run): string {
  const run = plainTexts(raw);
  const found = run.results.filter((result) => isNoteworthy(result) && result.verdict !== "error");
  const ruleIds = [...new Set(found.map(ruleIdOf))].toSorted();
  const place = new Map(ruleIds.map((id, at) => [id, at]));
  const uri = encodeURI(annotatedFile(run) ?? usualFile).replaceAll(/[?#]/g, encodeURIComponent);
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: driverOf(run, found, ruleIds) },
        invocations: [invocationOf(run)],
        results: found.map((result) => ({
          ruleId: ruleIdOf(result),
          ruleIndex: place.get(ruleIdOf(result)),
          ...kindAndLevel(result),
          message: { text: [result.message, result.advice].filter((part) => part !== undefined).join(" ") },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
              logicalLocations: [{ fullyQualifiedName: result.id, kind: "resource" }],
            },
          ],
          partialFingerprints: { "flowId/v1": result.id, primaryLocationLineHash: result.id },
          properties: propertiesOf(result),
        })),
        columnKind: "unicodeCodePoints",
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const ruleIdOf = ({ section, requirement }: Result): string => `${section}/${requirement}`;

function driverOf(run: Run, found: readonly Result[], ruleIds: readonly string[]): object {
  const { tool, catalog } = run;
  const sections = sectionsOf(run);
  const examples = new Map(found.map((result) => [ruleIdOf(result), result]));
  return {
    name: tool.name,
    version: tool.version,
    rules: ruleIds.map((id) => {
      const { service, section } = examples.get(id) ?? { service: id, section: "" };
      const { name, anchor } = sections.find((one) => one.id === section) ?? {};
      const isOfDocument = isNumbered(section) && isWebAddress(catalog.url);
      return {
        id,
        name: service,
        shortDescription: { text: name === undefined ? service : `${service} (${name})` },
        ...(isOfDocument ? { helpUri: encodeURI(`${catalog.url}#${anchor}`) } : {}),
      };
    }),
  };
}

/** A level goes with kind `fail` only; any other kind has the level `none` (§3.27.10). */
function kindAndLevel({ verdict }: Result): object {
  if (verdict === "unknown") return { kind: "open", level: "none" };
  return { kind: "fail", level: verdict === "fail" ? "error" : "warning" };
}

function propertiesOf({ from, to, address, protocol, port, expect, outcome, reason, proof, evidence }: Result): object {
  return { from, to, address, protocol, port, expect, outcome, reason, proof, evidence };
}

/** The run was successful if every flow that it could send was tried, whatever came back. */
function invocationOf(run: Run): object {
  const errors = run.results.filter(({ verdict }) => verdict === "error");
  const { nodes, interrupted } = notCheckedOf(run);
  const notify = (level: string, text: string) => ({ level, message: { text } });
  return {
    executionSuccessful: errors.length === 0 && run.interrupted !== true,
    startTimeUtc: run.startedAt,
    toolExecutionNotifications: [
      ...(run.notes ?? []).map((note) => notify("warning", note)),
      ...errors.map(({ id, message, advice }) =>
        notify("error", [`${id}:`, message, advice].filter((part) => part !== undefined).join(" ")),
      ),
      ...nodes.map(({ node, flows, command }) =>
        notify("note", `${counted(flows, "flow")} from ${node} not checked; run there: ${command}`),
      ),
      ...(interrupted === 0
        ? []
        : [notify("error", `${counted(interrupted, "flow")} left out: the run was interrupted.`)]),
    ],
  };
}
