import type { Requirement } from "../../../src/model/catalog.ts";
import type { TcpServiceName } from "../../../src/model/service.ts";
import { forEachRequirement, portsOf, type Rule } from "../rule.ts";

/** How a service with side effects may be asked. `once`: no second connection or datagram. */
interface Care {
  once: boolean;
  sends: "nothing" | "query";
  /** The one service whose prober keeps to docs/notes/probe-safety.md there. */
  service?: TcpServiceName;
}

/**
 * Services where a careless probe starts work, makes events or disturbs a cluster; docs/notes/probe-safety.md says why.
 */
const cares: Readonly<Record<string, Care>> = {
  "tcp/514": { once: true, sends: "nothing", service: "syslog" },
  "tcp/3121": { once: true, sends: "nothing", service: "pacemaker-remote" },
  "tcp/6555": { once: false, sends: "nothing", service: "notification-spooler" },
  "tcp/6556": { once: true, sends: "nothing", service: "checkmk-agent" },
  "tcp/6558": { once: false, sends: "query", service: "event-console" },
  "tcp/7789": { once: true, sends: "nothing", service: "drbd" },
  "udp/162": { once: true, sends: "nothing" },
  "udp/514": { once: true, sends: "nothing" },
  "udp/4321": { once: true, sends: "nothing" },
  "udp/4323": { once: true, sends: "nothing" },
  "udp/6559": { once: false, sends: "nothing" },
};

/** First words of requests that only read. */
const readsOnly = /^GET [a-z]+\n/;

function judge({ probe, confirm }: Requirement, { once, sends, service }: Care): string | undefined {
  if (once && confirm !== "never") return "must not be asked twice, set `confirm: never`";
  if (probe.service !== undefined)
    return probe.service === service ? undefined : `must not be asked for the service ${probe.service}`;
  if (sends === "query") return probe.request === undefined ? "must not be connected to without a request" : undefined;
  if (probe.request !== undefined) return "must not be sent a request";
  return probe.kind === "udp" && probe.payload !== "empty" ? "must be sent an empty datagram only" : undefined;
}

/** The tool must be harmless: ports with side effects are asked gently, and every request only reads. */
export const carefulProbes: Rule = {
  name: "careful-probes",
  why: "A check must not start agent runs in a row, create events, change state or disturb a cluster.",
  check: (catalog) =>
    forEachRequirement(catalog, (requirement) => {
      const { request } = requirement.probe;
      if (request !== undefined && !readsOnly.test(request)) return "the request must be a GET of one table";
      if (request !== undefined && !request.endsWith("\n\n")) return "the request must end with an empty line";
      for (const port of portsOf(requirement)) {
        const care = cares[`${requirement.protocol}/${port}`];
        const words = care === undefined ? undefined : judge(requirement, care);
        if (words !== undefined) return `port ${port}/${requirement.protocol} ${words}`;
      }
      return undefined;
    }),
};
