import { summariseBytes } from "../../../wire/byte-summary.ts";
import type { Received } from "./connection.ts";
import type { Found } from "./service-prober.ts";

/**
 * What it means that reading ended and the bytes are not what the service says: another service's bytes, or none at all.
 * `asked` names what was waited for.
 */
export function foundInstead({ bytes, ending }: Pick<Received, "bytes" | "ending">, asked: string): Found {
  if (bytes.length > 0) return { finding: "wrong-service", saw: summariseBytes(bytes) };
  if (ending === "timeout") return { finding: "unanswered", saw: `no ${asked}` };
  return { finding: "closed", saw: ending === "reset" ? `reset before ${asked}` : `closed before ${asked}` };
}
