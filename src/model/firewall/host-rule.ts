import type { Transport } from "../verdict.ts";

/** One rule of a node's own firewall: new connections from, or to, these peers. */
export interface HostRule {
  direction: "in" | "out";
  family: 4 | 6;
  /** IP literals and networks; empty for what goes over the node's own loopback device. */
  peers: readonly string[];
  /** The nodes behind the peers. */
  names: readonly string[];
  /** The other end of the packets: the node's addresses for `in`, the peers' own for `out`; literals only. */
  targets: readonly string[];
  protocol: Transport;
  /** Absent for ICMP, of which an echo request is meant. */
  port?: number;
  /** `2.1 agent: Checkmk agent`, one for each requirement. */
  purposes: readonly string[];
  requirements: readonly string[];
}

/** What cannot be written as a rule, because an address is not known. */
export interface UnwrittenRule {
  direction: HostRule["direction"];
  peer: string;
  /** The DNS name that would have to be resolved; absent where the topology has no address of the family. */
  name?: string;
  /** `8000/tcp` */
  service: string;
}

/** What a node's own firewall must let through. */
export interface HostRules {
  node: string;
  rules: readonly HostRule[];
  unwritten: readonly UnwrittenRule[];
}
