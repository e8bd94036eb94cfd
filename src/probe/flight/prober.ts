import type { Evidence, Outcome } from "../../model/outcome.ts";
import type { Sockets } from "../../sockets/sockets.ts";

/** Where one probe goes and how long it may take. */
export interface ProbeContext {
  /** IP literal in canonical form; names are resolved before a prober is called. */
  address: string;
  family: 4 | 6;
  /** The name that resolved to the address; absent where the target is a literal. */
  name?: string;
  /** For everything the probe does, second tries included. */
  timeoutMs: number;
  /** A second connection could disturb the service (docs/notes/probe-safety.md). */
  careful?: boolean | undefined;
  /** That it is closed is what is wanted, so nothing more is asked about it. */
  isBlockExpected?: boolean | undefined;
  signal: AbortSignal;
  /** Those of another machine; absent where this process sends by itself. */
  sockets?: Sockets | undefined;
}

/** What one probe saw at one address. */
export interface Seen {
  outcome: Outcome;
  evidence: Evidence;
}

/** One mechanism. Network events are values: a prober rejects only for bugs and bad input. */
export type Prober<Spec> = (spec: Spec, context: ProbeContext) => Promise<Seen>;
