import type { ServiceSpec } from "../../../model/service.ts";
import type { Finding } from "../../../model/service-evidence.ts";
import type { Found } from "./service-prober.ts";

const mismatches: ReadonlySet<Finding> = new Set(["wrong-service", "plaintext", "tls-failed"]);

/**
 * Another service than the one that is only assumed to listen is no failure: something of its own answered. That it
 * closes the connection at a question that it does not know is its answer; that it closes before any is not.
 */
export function unlessNamed(found: Found, { assumed }: Pick<ServiceSpec, "assumed">, sentBytes: number): Found {
  if (assumed !== true) return found;
  const isAnswer = mismatches.has(found.finding) || (found.finding === "closed" && sentBytes > 0);
  return isAnswer ? { ...found, finding: "other-answer" } : found;
}
