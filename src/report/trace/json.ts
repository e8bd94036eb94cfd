import type { TraceReport } from "../../model/run/trace.ts";

/** The walks with everything that was seen. */
export const renderTraceJson = (report: TraceReport): string => `${JSON.stringify(report, undefined, 2)}\n`;
