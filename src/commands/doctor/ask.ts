import type { Observation } from "../../model/outcome.ts";
import { serviceRecord, type ServiceSpec } from "../../model/service.ts";
import type { Observe, ProbeSpec } from "../../model/task.ts";

/** What asking may take, and what ends it. */
export interface Sending {
  timeoutMs: number;
  signal: AbortSignal;
}

/** Asks every address of a node; one observation has the answers of all. */
export interface Ask {
  service(addresses: readonly string[], port: number, service: ServiceSpec): Promise<Observation>;
  echo(addresses: readonly string[]): Promise<Observation>;
  /** Those of the names asked so far that had no address. */
  unresolved(): string[];
}

/** Asks from one vantage point. The names are sent as they are, so that they get into TLS greetings as a controller's do. */
export function asker(observe: Observe, { timeoutMs, signal }: Sending): Ask {
  const unresolved = new Set<string>();
  const one = async (target: string, probe: ProbeSpec, id: string, careful = {}) => {
    const { answers } = await observe({ id, target, timeoutMs, probe, isOwnName: true, ...careful }, signal);
    const isNameless = answers.every(({ outcome }) => outcome.kind === "unsent" && outcome.cause === "name");
    if (isNameless) unresolved.add(target);
    return answers;
  };
  return {
    service: async (addresses, port, service) => {
      const answers: Observation["answers"] = [];
      const isAskedOnce = serviceRecord(service.name).askedOnce === true;
      const asked = addresses.map((target) => () => {
        const id = `doctor/${service.name}/${target}/${port}`;
        return one(target, { kind: "tcp", port, service }, id, isAskedOnce ? { careful: true } : {});
      });
      // Where a second connection could disturb, one address is asked after the other.
      if (isAskedOnce) for (const next of asked) answers.push(...(await next()));
      else for (const some of await Promise.all(asked.map((next) => next()))) answers.push(...some);
      return { answers };
    },
    echo: async (addresses) => {
      const asked = addresses.map((target) => one(target, { kind: "icmp" }, `doctor/echo/${target}`));
      return { answers: (await Promise.all(asked)).flat() };
    },
    unresolved: () => [...unresolved],
  };
}
