import { readFileSync } from "node:fs";
import { type TraceReport, traceReportSchema } from "../../src/model/run/trace.ts";

/** What `portmatrix trace --format json` said in the chain of `test/net/trace.test.ts`; the topology's path is shortened. */
const recorded = (name: string): TraceReport =>
  traceReportSchema.parse(JSON.parse(readFileSync(new URL(`./walks/${name}.json`, import.meta.url), "utf8")));

/** One walk of each kind, by what was wrong on the way. */
export const recordedWalks = {
  "lost-in-forward": recorded("lost-in-forward"), // r2 drops it in forward
  "answer-lost": recorded("answer-lost"), // r1 drops what comes back, over IPv6
  "black-hole": recorded("black-hole"), // r2 has a small link and says nothing
  "small-link-named": recorded("small-link-named"), // r2 has a small link and says so
} as const satisfies Record<string, TraceReport>;
