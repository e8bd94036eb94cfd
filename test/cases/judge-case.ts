import type { Flow, Plan, Probe } from "../../src/model/flow.ts";
import type { Answer, Evidence, Outcome } from "../../src/model/outcome.ts";
import type { Transport } from "../../src/model/verdict.ts";
import type { Observed } from "../../src/model/run/observed.ts";

/** A flow with sensible defaults, for tests; its probe is named after what it sends. */
export function flow(over: Partial<Flow> & { protocol?: Transport } = {}): Flow {
  const merged = {
    section: "2.2",
    requirement: "agent-registration",
    service: "Agent receiver",
    short: "Register",
    purpose: "So that hosts can register.",
    from: "web01",
    to: "cmk",
    address: "10.0.0.5",
    protocol: "tcp" as const,
    expect: "open" as const,
    ...over,
  };
  const withPort = { ...merged, ...(merged.protocol === "icmp" ? {} : { port: over.port ?? 8000 }) };
  const where = merged.protocol === "icmp" ? "icmp" : `${merged.protocol}/${withPort.port}`;
  return {
    id: `${merged.section}/${merged.requirement}/${merged.from}->${merged.to}/${where}`,
    probe: `${merged.from}->${merged.address}/${where}`,
    ...withPort,
  };
}

/** A plan of these flows and the probes that they need. */
export function planOf(flows: readonly Flow[]): Plan {
  const probes = flows.map((one): Probe => ({
    id: one.probe,
    from: one.from,
    target: one.address,
    spec: one.port === undefined ? { kind: "icmp" } : { kind: "tcp", port: one.port },
    expectations: [one.expect],
    mayConfirm: true,
  }));
  const title = { en: "The Checkmk server", de: "Checkmk-Server" };
  return {
    catalog: { product: "checkmk", version: "2.3", title: "Ports", url: "https://example.com/" },
    sections: [{ id: "2.2", anchor: "cmk_incoming_host_outgoing", title }],
    flows,
    probes,
  };
}

/** One outcome of each kind. */
export const outcomes = {
  open: { kind: "open", rttMs: 1.2 },
  refused: { kind: "refused", rttMs: 0.8 },
  prohibited: { kind: "prohibited", rttMs: 0.9 },
  unreachable: { kind: "unreachable", rttMs: 3070 },
  silent: { kind: "silent", waitedMs: 3200 },
  unsent: { kind: "unsent", cause: "privilege", detail: "EPERM" },
} as const satisfies Record<Outcome["kind"], Outcome>;

export const answer = (outcome: Outcome, evidence: Evidence = {}, address = "10.0.0.5"): Answer => ({
  address,
  outcome,
  evidence,
});

/** What one attempt saw, with the attempts before it. */
export function observed(answers: readonly Answer[], earlier: readonly Answer[] = []): Observed {
  return {
    observation: { answers: [...answers] },
    attempts: 1 + earlier.length,
    earlier: earlier.map((one) => ({ answers: [one] })),
  };
}
