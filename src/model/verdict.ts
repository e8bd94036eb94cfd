import { z } from "zod";

export const verdictSchema = z.enum(["pass", "warn", "fail", "unknown", "error", "skipped"]);
/** What an outcome means for a requirement. */
export type Verdict = z.infer<typeof verdictSchema>;

export const proofSchema = z.enum(["proven", "observed", "inferred", "none"]);
/** How strong the evidence is: the service answered, a packet came back, silence, nothing. */
export type Proof = z.infer<typeof proofSchema>;

export const expectationSchema = z.enum(["open", "blocked"]);
export type Expectation = z.infer<typeof expectationSchema>;

export const stageSchema = z.enum(["live", "preinstall"]);
export type Stage = z.infer<typeof stageSchema>;

export const transportSchema = z.enum(["tcp", "udp", "icmp"]);
export type Transport = z.infer<typeof transportSchema>;
