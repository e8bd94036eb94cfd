/** What a host may say on top of its name and address. */
type HostParts = Record<string, unknown>;

/** A requirement of the topology, as a user writes it. */
export interface Required {
  from: string;
  to: string;
  tcp?: number;
  udp?: number;
  expect?: "open" | "blocked";
  service?: string;
}

/**
 * A topology on 127.0.0.1 with the server `cmk`, the hosts `web01` and `web02`, of which the catalog asks nothing but
 * the web server's ports, and what a test requires. `cmk` is this machine.
 */
export function topologyOf(requirements: readonly Required[], parts: Record<string, unknown> = {}): object {
  return {
    catalog: "checkmk/2.3",
    server: { name: "cmk", address: "127.0.0.1", sites: [{ name: "main" }] },
    hosts: [hostOf("web01"), hostOf("web02")],
    requirements,
    vantages: { cmk: "local" },
    ...parts,
  };
}

/** A host on 127.0.0.1 of which the catalog asks nothing, unless `parts` say otherwise. */
export function hostOf(name: string, parts: HostParts = {}): HostParts {
  return { name, address: "127.0.0.1", agent: "none", ping: false, ...parts };
}

/** Arguments that leave only the topology's own requirements and keep the waiting short. */
export const onlyExtra = ["--section", "extra", "--timeout", "400ms"] as const;
