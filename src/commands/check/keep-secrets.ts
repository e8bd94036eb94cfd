import { hideSecrets, isHideable } from "../../model/text/hide-secrets.ts";
import type { Observe, Task } from "../../model/task.ts";

/** What a vantage point was told, and what it says without that. */
export interface KeptSecrets {
  /** Sends as the given function does, and hides in what comes back what was sent as a secret. */
  guard: (observe: Observe) => Observe;
  /** A sentence about the vantage point, without its secrets. */
  hideIn: (sentence: string) => string;
}

/**
 * For one vantage point. On this machine only the device that was asked knows the secret; a far side knows those of all
 * its tasks, and may repeat them in its answer to any.
 */
export function keepSecrets(isLocal: boolean): KeptSecrets {
  const told = new Set<string>();
  const guard =
    (observe: Observe): Observe =>
    (task, signal) => {
      const own = secretsOf(task);
      // Without a secret a probe costs nothing more: there are thousands of them.
      if (own.length === 0 && told.size === 0) return observe(task, signal);
      if (!isLocal) own.forEach((secret) => told.add(secret));
      return observe(task, signal).then((seen) => hideSecrets(seen, isLocal ? own : told));
    };
  return { guard, hideIn: (sentence) => hideSecrets(sentence, told) };
}

function secretsOf({ probe }: Task): string[] {
  if (probe.kind !== "snmp") return [];
  const { credentials } = probe;
  const all =
    credentials.version === "discovery"
      ? []
      : credentials.version === "3"
        ? [credentials.auth?.password, credentials.priv?.password]
        : [credentials.community];
  return all.filter((one): one is string => one !== undefined && isHideable(one));
}
