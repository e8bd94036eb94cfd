import type { TraceReport } from "../../model/run/trace.ts";
import type { RenderOptions } from "../text/options.ts";

type TraceRenderer = (report: TraceReport, options: Pick<RenderOptions, "width">) => string;

/** One renderer for each format, loaded when it is asked for: walks → text that ends with a line break. */
export const traceRenderers = {
  text: async () => (await import("./text.ts")).renderTraceText,
  json: async () => (await import("./json.ts")).renderTraceJson,
} as const satisfies Readonly<Record<string, () => Promise<TraceRenderer>>>;

export type TraceFormat = keyof typeof traceRenderers;
/** The formats of a trace. */
export const traceFormats = Object.keys(traceRenderers) as readonly TraceFormat[];
