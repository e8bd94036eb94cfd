import type { Task } from "./task.ts";
import type { Snmp } from "./topology/snmp-settings.ts";
import type { Expectation, Transport } from "./verdict.ts";

/** Credentials as the plan knows them: references only, so a plan can be printed; `discovery` is a question without any. */
export type PlannedSnmp = Snmp | { version: "discovery" };

/** What will be sent, before secrets are put in. Differs from `ProbeSpec` only in SNMP's credentials. */
export type PlannedProbeSpec =
  | Exclude<Task["probe"], { kind: "snmp" | "responder" }>
  | { kind: "snmp"; port: number; credentials: PlannedSnmp };

/** One packet exchange, sent once, whatever number of flows it serves. */
export interface Probe {
  /** Readable and stable: `web01->10.0.0.5/tcp/8000`. */
  id: string;
  /** The node that sends. */
  from: string;
  /** IP literal or name; resolved where it is sent. */
  target: string;
  spec: PlannedProbeSpec;
  /** What the flows that it serves expect; several if they disagree. */
  expectations: readonly Expectation[];
  /** False where a second connection or datagram could do harm (docs/notes/probe-safety.md). */
  mayConfirm: boolean;
  /** How long an answer may take where the topology says so; the longest of what its flows grant. Milliseconds. */
  timeoutMs?: number | undefined;
}

/** One source, one target, one transport and port, for one requirement; judged on its own. */
export interface Flow {
  /** `2.2/agent-registration/web01->cmk/tcp/8000`, with `/ADDRESS` at the end where the target has several. */
  id: string;
  section: string;
  requirement: string;
  service: string;
  /** Column heading in the matrix, 12 characters at most. */
  short: string;
  purpose: string;
  from: string;
  to: string;
  /** Target address as the topology writes it: IP literal or name. */
  address: string;
  protocol: Transport;
  port?: number;
  expect: Expectation;
  /** Flows with the same value are alternatives: one pass is enough. */
  alternative?: string;
  /** Outcomes that a healthy system may show, and why. */
  tolerates?: { outcomes: readonly ("refused" | "silent")[]; why: string };
  /** Silence over UDP counts as met: the topology says so, and the service answers nobody. */
  accepts?: "unverifiable";
  /** The feature of the topology that made this requirement apply. */
  enabledBy?: string;
  probe: string;
}

/** A section of the document as the reports show it. */
export interface PlannedSection {
  id: string;
  anchor: string;
  title: { en: string; de: string };
}

/** Everything that has to be checked, sorted by flow id; the same topology and catalog always give the same plan. */
export interface Plan {
  catalog: { product: string; version: string; title: string; url: string };
  sections: readonly PlannedSection[];
  flows: readonly Flow[];
  probes: readonly Probe[];
}
