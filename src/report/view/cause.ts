import type { Result } from "../../model/run/run.ts";
import type { Beside } from "./beside.ts";

/**
 * What a set of problems has in common:
 * `sender` one node could not send, or several for one cause; `source` nothing at all answered one node; `targets` these nodes answered nobody;
 * `addresses` nor did these addresses, while their nodes answer at others; `service` one port of one node, from several;
 * `mute` services that answer nobody over UDP; `port` one port of several nodes; `pair` several ports between two nodes;
 * `flow` one port between two nodes, at one address of the target or at several.
 */
export type CauseKind = "sender" | "source" | "targets" | "addresses" | "mute" | "service" | "port" | "pair" | "flow";

/** Problems that probably have one cause. */
export interface Cause {
  kind: CauseKind;
  /** The flows it explains, sorted by id, never none. */
  results: readonly [Result, ...Result[]];
  /** What works all the same; see `working.ts`. Sorted, and empty for the other kinds. */
  works: readonly string[];
  /** Those of its flows that work at another address of their target. */
  beside: readonly Beside[];
}
