import { randomBytes, randomInt } from "node:crypto";
import type { Flow, Plan, Probe } from "../../model/flow.ts";
import { encodeDnsQuery } from "../../wire/dns.ts";
import { encodeNtpRequest } from "../../wire/ntp.ts";
import { encodeSnmpDiscovery } from "../../wire/snmp/v3.ts";
import type { Question } from "./trace-flow.ts";

const empty = new Uint8Array(0);
/** Of an echo; the same in every packet, so that its checksum is the same too and all take one path. */
const echoBytes = new TextEncoder().encode("portmatrix");
/** So many ports of the target are tried as a control. */
const mostControls = 4;

/** An ICMP echo. */
export const echo: Question = { protocol: "icmp", bytes: echoBytes };

/** What a walk sends: over UDP what the probe sends, or for SNMP a question without credentials. */
export function questionOf({ spec }: Pick<Probe, "spec">): Question {
  switch (spec.kind) {
    case "icmp":
      return echo;
    case "tcp":
      return { protocol: "tcp", port: spec.port, bytes: empty };
    case "udp":
      return { protocol: "udp", port: spec.port, bytes: payloads[spec.payload]() };
    case "snmp":
      return { protocol: "udp", port: spec.port, bytes: encodeSnmpDiscovery(randomInt(1, 0x7fff_ffff)) };
  }
}

const payloads = {
  empty: () => empty,
  dns: () => encodeDnsQuery(randomInt(0x1_0000)),
  ntp: () => encodeNtpRequest(randomBytes(8)),
};

/**
 * What else can be asked at the same address from the same node: ports that the plan knows, of services that bear a
 * connection more, and an echo. `isAnswered` leaves out what this run found unanswered.
 */
export function controlsFor(
  { probes, flows }: Pick<Plan, "probes" | "flows">,
  { from, address, protocol, port }: Pick<Flow, "from" | "address" | "protocol" | "port">,
  isAnswered: (probe: string) => boolean = () => true,
): Question[] {
  const open = new Set(flows.filter(({ expect }) => expect === "open").map(({ probe }) => probe));
  const ports = probes.flatMap((probe) => {
    const { spec } = probe;
    const isOther = spec.kind === "tcp" && !(protocol === "tcp" && spec.port === port);
    const isFit = isOther && probe.from === from && probe.target === address && probe.mayConfirm && open.has(probe.id);
    return isFit && isAnswered(probe.id) ? [questionOf(probe)] : [];
  });
  return [...ports.slice(0, mostControls), ...(protocol === "icmp" ? [] : [echo])];
}
