import { loadRun } from "../load/run.ts";
import { InputError } from "../model/text/problem.ts";
import { requestFormats, requestRenderers } from "../report/request/renderers.ts";
import { readFrom } from "./identify/sender-place.ts";
import { parseDestinations } from "./output/formats.ts";
import { conclude, deliver } from "./output/output.ts";
import { loadPlan, type PlanOptions } from "./plan.ts";
import { requestOf, withMark } from "./request/request-of.ts";
import type { RequestOptions } from "./request/request-options.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Prints the change request for the network team; sends nothing. */
export async function requestCommand(
  file: string,
  given: PlanOptions & RequestOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const options = readFrom(given);
  if (options.needed === true && options.failing !== undefined) {
    throw new InputError([{ file: "--needed", message: "write either --needed or --failing RUN.json" }]);
  }
  const written = options.format.length > 0 ? options.format : ["markdown"];
  const destinations = await parseDestinations(written, requestFormats);
  const run = options.failing === undefined ? undefined : await loadRun(options.failing);
  const request = requestOf(await loadPlan(file, options, surroundings), options.group, run);
  const undelivered = await deliver(
    destinations,
    async (format) => {
      const rendered = (await requestRenderers[format]())(request);
      return typeof rendered === "string" ? withMark(rendered, format === "csv" && options.bom === true) : rendered;
    },
    surroundings.out,
  );
  return conclude(exitCodes.ok, undelivered, surroundings);
}
