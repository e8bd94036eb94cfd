import type { OutcomeKind, UnsentCause } from "../model/outcome.ts";
import type { Reason } from "../model/reason.ts";
import type { Expectation, Proof, Stage, Transport, Verdict } from "../model/verdict.ts";

/** An opinion as codes: what an outcome means for a requirement, why, and how strong the evidence is. */
export interface Ruling {
  verdict: Verdict;
  reason: Reason;
  proof: Proof;
}

/** What a cell of the table holds: a ruling; one that depends on a control; or, for `unsent`, one for each cause. */
export type Rule = Ruling | { withControl: Ruling; withoutControl: Ruling } | Record<UnsentCause, Ruling>;

/** Builds one ruling; only shortens the table below. */
const is = <const V extends Verdict, const R extends Reason, const P extends Proof>(
  verdict: V,
  reason: R,
  proof: P,
) => ({
  verdict,
  reason,
  proof,
});

const unsent = {
  privilege: is("error", "privilege-missing", "none"),
  "program-missing": is("error", "program-missing", "none"),
  descriptors: is("error", "descriptors-exhausted", "none"),
  "source-ports": is("error", "source-ports-exhausted", "none"),
  name: is("error", "name-not-resolved", "none"),
  "name-leads-home": is("error", "name-resolves-to-self", "none"),
  "no-route": is("error", "no-route-here", "none"),
  "local-firewall": is("error", "local-firewall", "none"),
  vantage: is("error", "vantage-not-opened", "none"),
  aborted: is("skipped", "interrupted", "none"),
  internal: is("error", "probe-failed", "none"),
} as const satisfies Record<UnsentCause, Ruling>;

const tcpOpen = {
  open: is("pass", "handshake-completed", "observed"),
  refused: is("fail", "connection-refused", "observed"),
  prohibited: is("fail", "administratively-prohibited", "observed"),
  unreachable: is("fail", "host-unreachable", "observed"),
  silent: is("fail", "no-answer", "inferred"),
  unsent,
} as const;

const udpOpen = {
  open: is("pass", "reply-received", "observed"),
  refused: is("fail", "port-unreachable", "observed"),
  prohibited: is("fail", "administratively-prohibited", "observed"),
  unreachable: is("fail", "host-unreachable", "observed"),
  silent: is("unknown", "udp-silence", "inferred"),
  unsent,
} as const;

/** No host refuses an echo request; a firewall may answer it with ICMP port-unreachable, the default of `REJECT`. */
const icmpOpen = {
  open: is("pass", "echo-reply", "proven"),
  refused: is("fail", "port-unreachable", "observed"),
  prohibited: is("fail", "administratively-prohibited", "observed"),
  unreachable: is("fail", "host-unreachable", "observed"),
  silent: is("fail", "no-answer", "inferred"),
  unsent,
} as const;

const tcpBlocked = {
  open: is("fail", "open-not-blocked", "observed"),
  refused: is("warn", "closed-not-blocked", "observed"),
  prohibited: is("pass", "blocked-as-expected", "observed"),
  unreachable: {
    withControl: is("pass", "blocked-as-expected", "observed"),
    withoutControl: is("unknown", "unreachable-without-control", "observed"),
  },
  silent: {
    withControl: is("pass", "blocked-as-expected", "inferred"),
    withoutControl: is("unknown", "silence-without-control", "inferred"),
  },
  unsent,
} as const;

const udpBlocked = {
  open: is("fail", "open-not-blocked", "observed"),
  refused: is("warn", "closed-not-blocked", "observed"),
  prohibited: is("pass", "blocked-as-expected", "observed"),
  unreachable: is("unknown", "udp-unreachable", "observed"),
  silent: is("unknown", "udp-silence", "inferred"),
  unsent,
} as const;

const icmpBlocked = { ...tcpBlocked, open: is("fail", "open-not-blocked", "proven") } as const;

const blocked = { tcp: tcpBlocked, udp: udpBlocked, icmp: icmpBlocked } as const;

/** Before anything is installed, a refusal is the best answer that a port can give. */
const pathOpen = is("warn", "path-open-nothing-listens", "observed");

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
