import type { OutcomeKind, UnsentCause } from "../model/outcome.ts";
import type { Reason } from "../model/reason.ts";
import type { Expectation, Proof, Stage, Transport } from "../model/verdict.ts";

/** An opinion as codes: why an outcome is good or bad for a requirement, which gives the verdict, and how strong the evidence is. */
export interface Ruling {
  reason: Reason;
  proof: Proof;
}

/** What a cell of the table holds: a ruling; one that depends on a control; or, for `unsent`, one for each cause. */
export type Rule = Ruling | { withControl: Ruling; withoutControl: Ruling } | Record<UnsentCause, Ruling>;

/** Builds one ruling; only shortens the table below. */
const is = <const R extends Reason, const P extends Proof>(reason: R, proof: P) => ({ reason, proof });

const unsent = {
  privilege: is("privilege-missing", "none"),
  "program-missing": is("program-missing", "none"),
  descriptors: is("descriptors-exhausted", "none"),
  "source-ports": is("source-ports-exhausted", "none"),
  name: is("name-not-resolved", "none"),
  "name-leads-home": is("name-resolves-to-self", "none"),
  "no-route": is("no-route-here", "none"),
  "local-firewall": is("local-firewall", "none"),
  "connection-table-full": is("connection-table-full", "none"),
  vantage: is("vantage-not-opened", "none"),
  "not-supported": is("probe-not-supported", "none"),
  aborted: is("interrupted", "none"),
  internal: is("probe-failed", "none"),
} as const satisfies Record<UnsentCause, Ruling>;

const tcpOpen = {
  open: is("handshake-completed", "observed"),
  refused: is("connection-refused", "observed"),
  prohibited: is("administratively-prohibited", "observed"),
  unreachable: is("host-unreachable", "observed"),
  silent: is("no-answer", "inferred"),
  unsent,
} as const;

const udpOpen = {
  open: is("reply-received", "observed"),
  refused: is("port-unreachable", "observed"),
  prohibited: is("administratively-prohibited", "observed"),
  unreachable: is("host-unreachable", "observed"),
  silent: is("udp-silence", "inferred"),
  unsent,
} as const;

/** No host refuses an echo request; a firewall may answer it with ICMP port-unreachable, the default of `REJECT`. */
const icmpOpen = {
  open: is("echo-reply", "proven"),
  refused: is("port-unreachable", "observed"),
  prohibited: is("administratively-prohibited", "observed"),
  unreachable: is("host-unreachable", "observed"),
  silent: is("no-answer", "inferred"),
  unsent,
} as const;

const tcpBlocked = {
  open: is("open-not-blocked", "observed"),
  refused: is("closed-not-blocked", "observed"),
  prohibited: is("blocked-as-expected", "observed"),
  unreachable: {
    withControl: is("blocked-as-expected", "observed"),
    withoutControl: is("unreachable-without-control", "observed"),
  },
  silent: {
    withControl: is("blocked-as-expected", "inferred"),
    withoutControl: is("silence-without-control", "inferred"),
  },
  unsent,
} as const;

const udpBlocked = {
  open: is("open-not-blocked", "observed"),
  refused: is("closed-not-blocked", "observed"),
  prohibited: is("blocked-as-expected", "observed"),
  unreachable: is("udp-unreachable", "observed"),
  silent: is("udp-silence", "inferred"),
  unsent,
} as const;

const icmpBlocked = { ...tcpBlocked, open: is("open-not-blocked", "proven") } as const;

const blocked = { tcp: tcpBlocked, udp: udpBlocked, icmp: icmpBlocked } as const;

/** Before anything is installed, a refusal is the best answer that a port can give. */
const pathOpen = is("path-open-nothing-listens", "observed");

/**
 * THE TABLE: stage × expectation × transport × outcome. It holds what the outcome alone decides; what the answer itself
 * said refines a pass afterwards (`refine.ts`). Total on purpose: a new outcome, transport or stage does not compile
 * until it is judged here.
 */
export const rules = {
  live: { open: { tcp: tcpOpen, udp: udpOpen, icmp: icmpOpen }, blocked },
  preinstall: {
    open: { tcp: { ...tcpOpen, refused: pathOpen }, udp: { ...udpOpen, refused: pathOpen }, icmp: icmpOpen },
    blocked,
  },
} as const satisfies Record<Stage, Record<Expectation, Record<Transport, Record<OutcomeKind, Rule>>>>;
