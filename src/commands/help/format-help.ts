import { pluginKinds } from "../../model/plugin/plugin-kinds.ts";
import { diffFormats } from "../../report/diff/renderers.ts";
import { doctorFormats } from "../../report/doctor/renderers.ts";
import { requestFormats } from "../../report/request/renderers.ts";
import { rulesFormats } from "../../report/rules/renderers.ts";
import { formats } from "../../report/run/renderers.ts";
import { traceFormats } from "../../report/trace/renderers.ts";
import { wrap } from "../../report/text/layout.ts";
import { allPlanFormats } from "../plan-formats.ts";

/** The formats of a catalog and of a list of plug-ins. */
export const catalogFormats = ["table", "json"] as const;

const helpWidth = 80;

const help = ([first = "", ...others]: readonly string[]): string =>
  wrap(`Formats: ${[`${first} (default)`, ...others].join(", ")}.`, helpWidth).join("\n");

/** The lines of help that name the formats, of which the first is the default. This loads none of the renderers. */
export const formatHelp = {
  run: help(formats),
  plan: help(allPlanFormats),
  request: help(requestFormats),
  rules: help(rulesFormats),
  trace: help(traceFormats),
  diff: help(diffFormats),
  doctor: help(doctorFormats),
  catalog: [
    ...wrap(`Lists: ${pluginKinds.join(", ")}: what a site talks to besides agents and SNMP.`, helpWidth),
    help(catalogFormats),
  ].join("\n"),
} as const;
