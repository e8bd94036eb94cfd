import type { Transport } from "./verdict.ts";

/** One end of a rule: a node, or a network that the topology writes as one. */
export interface AccessEnd {
  name: string;
  /** IP literals, networks (`10.0.2.0/24`) and DNS names, as the topology writes them. Empty: none of this family. */
  addresses: readonly string[];
}

/** Which packets a rule is about: `name` where the target is known by its DNS name alone. */
export type AccessFamily = "IPv4" | "IPv6" | "name";

/** Why a flow is needed: the requirement of the document, or of the topology. */
export interface AccessPurpose {
  requirement: string;
  service: string;
  why: string;
  section: { id: string; title: string };
  /** The chapter of the vendor's document; absent for requirements of the topology itself. */
  link?: string;
  /** The feature of the topology that made it apply; without that feature the rule is not needed. */
  feature?: string;
}

/** What a run saw of flows of this rule that failed. */
export interface AccessEvidence {
  /** `silent`, `prohibited` or `refused`. */
  outcome: string;
  /** Who sent the error or the reset, as far as that is known. */
  reporter?: string;
  /** Type and code of the ICMP error, e.g. `3/13`. */
  icmpCode?: string;
  /** When it was asked last, ISO 8601. */
  at: string;
  /** The flows, by their ids. */
  flows: readonly string[];
}

/** One rule that a firewall needs: connections from any of the sources to any of the destinations. */
export interface AccessRule {
  family: AccessFamily;
  sources: readonly AccessEnd[];
  destinations: readonly AccessEnd[];
  protocol: Transport;
  /** Absent for ICMP, of which an echo request is meant. */
  port?: number;
  purposes: readonly AccessPurpose[];
  /** Where this is one of several alternatives: the name of their group, and all of them (`25/tcp`). */
  oneOf?: { group: string; services: readonly string[] };
  evidence: readonly AccessEvidence[];
  flows: readonly string[];
}

/** Flows that are in no rule, and why. */
export interface LeftOut {
  why:
    | "on-the-node-itself" // loopback, or a node to its own address
    | "must-be-blocked"
    | "works"
    | "not-decided" // verdict unknown
    | "not-tried" // verdict error or skipped
    | "no-firewall" // it fails, but not as a firewall makes it fail
    | "not-in-the-run"
    | "not-in-the-topology";
  flows: readonly string[];
}

/** The rules of a change request, and what is in none of them. */
export interface AccessRequest {
  catalog: { title: string; url: string };
  topology: string;
  /** Absent where everything that is planned is asked for. */
  run?: { startedAt: string };
  rules: readonly AccessRule[];
  leftOut: readonly LeftOut[];
}
