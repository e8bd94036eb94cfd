import { describe, expect, it } from "vitest";
import { catalogSchema, type Catalog } from "../model/catalog.ts";
import { topologySchema } from "../model/topology/topology.ts";
import { explainEmpty } from "./explain-empty.ts";
import { unmatchedTerms } from "./filter.ts";
import { narrow, plan } from "./plan.ts";

type RequirementInput = Record<string, unknown>;

function catalogOf(section: string, ...requirements: RequirementInput[]): Catalog {
  const filledIn = requirements.map((requirement) => ({
    service: "a service",
    short: String(requirement["id"]).slice(0, 12),
    purpose: "so that the test has something to plan",
    source: "test",
    ...requirement,
  }));
  return catalogSchema.parse({
    product: "test",
    version: "1",
    title: "Test catalog",
    url: "https://example.com/ports",
    source: "test",
    sections: [{ id: section, anchor: "a_section", title: { en: "Section", de: "Abschnitt" }, requirements: filledIn }],
  });
}

const agent = {
  id: "agent",
  from: "site-server",
  to: "host",
  protocol: "tcp",
  port: 6556,
  port_override: { scope: "host", name: "agent" },
  applies: { agent: ["pull", "legacy"] },
  confirm: "never",
  probe: { kind: "tcp" },
};
const registration = {
  id: "agent-registration",
  from: "host",
  to: "site-server",
  protocol: "tcp",
  port: 8000,
  port_override: { scope: "site", name: "agent_receiver" },
  applies: { agent: ["pull", "push"] },
  probe: { kind: "tcp" },
};

const company = topologySchema.parse({
  server: {
    name: "cmk",
    address: ["10.0.0.5", "2001:db8::5"],
    sites: [{ name: "main" }, { name: "lab", ports: { agent_receiver: 8001 } }],
    features: ["syslog-udp"],
  },
  remote_sites: [{ name: "muc", address: "10.1.0.5", sites: [{ name: "muc" }], features: ["livestatus"] }],
  hosts: [
    { name: "web01", address: "web01.example.com", site: "main" },
    { name: "web02", address: "10.0.2.2", site: "lab", agent: "push" },
    { name: "db01", address: "10.1.2.3", site: "muc", agent: "legacy", ports: { agent: 16_556 } },
    { name: "sw01", address: "10.0.3.7", agent: "none", snmp: { version: "2c", community: { env: "SECRET" } } },
  ],
  clusters: [
    {
      name: "ha1",
      nodes: [
        { name: "n1", address: "10.0.9.1" },
        { name: "n2", address: "10.0.9.2" },
      ],
    },
  ],
  outgoing: { dns: ["10.0.0.53"], smtp: [{ address: "mail.example.com" }], license: true },
});

const idsOf = (catalog: Catalog, topology = company): string[] => plan(catalog, topology).flows.map(({ id }) => id);

describe("plan binds roles to nodes, with direction", () => {
  it.each<[string, RequirementInput, string[]]>([
    [
      "the server of the host's site asks the host; push and agentless hosts are left out; ports are overridden",
      agent,
      ["2.1/agent/cmk->web01/tcp/6556", "2.1/agent/muc->db01/tcp/16556"],
    ],
    [
      "a host goes to the receiver of its own site, once for each address of the server",
      registration,
      [
        "2.1/agent-registration/web01->cmk/tcp/8000/10.0.0.5",
        "2.1/agent-registration/web01->cmk/tcp/8000/2001:db8::5",
        "2.1/agent-registration/web02->cmk/tcp/8001/10.0.0.5",
        "2.1/agent-registration/web02->cmk/tcp/8001/2001:db8::5",
      ],
    ],
    [
      "a feature of the listening node switches a requirement on",
      {
        id: "livestatus",
        from: "central",
        to: "remote-site",
        protocol: "tcp",
        port: 6557,
        port_override: { scope: "site", name: "livestatus" },
        enabled_by: ["livestatus"],
        probe: { kind: "tcp" },
      },
      ["2.1/livestatus/cmk->muc/tcp/6557"],
    ],
    [
      "a feature of the other end does not",
      {
        id: "spooler",
        from: "central",
        to: "remote-site",
        protocol: "tcp",
        port: 6555,
        enabled_by: ["syslog-udp"],
        probe: { kind: "tcp" },
      },
      [],
    ],
    [
      "cluster nodes need each other in both directions",
      { id: "drbd", from: "cluster-node", to: "cluster-node", protocol: "tcp", port: 7789, probe: { kind: "tcp" } },
      ["2.1/drbd/n1->n2/tcp/7789", "2.1/drbd/n2->n1/tcp/7789"],
    ],
    [
      "the license server is outside the topology",
      {
        id: "license",
        from: "checkmk-server",
        to: "license-server",
        target: "license.checkmk.com",
        protocol: "tcp",
        port: 443,
        probe: { kind: "tcp" },
      },
      ["2.1/license/cmk->license.checkmk.com/tcp/443"],
    ],
    [
      "snmp only where a host has credentials, icmp has no port",
      {
        id: "snmp",
        from: "site-server",
        to: "host",
        protocol: "udp",
        port: 161,
        applies: { snmp: true },
        probe: { kind: "snmp" },
      },
      ["2.1/snmp/cmk->sw01/udp/161"],
    ],
  ])("%s", (_, requirement, expected) => {
    expect(idsOf(catalogOf("2.1", requirement))).toEqual(expected);
  });

  it("sites of a server have their own loopback port, on both loopback addresses, of which one is enough", () => {
    const catalog = catalogOf("4", {
      id: "site-apache",
      from: "checkmk-server",
      to: "checkmk-server",
      protocol: "tcp",
      port: 5000,
      port_override: { scope: "site", name: "apache" },
      scope: "loopback",
      loopback: ["127.0.0.1", "::1"],
      probe: { kind: "tcp" },
    });
    const one = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }, { name: "lab", ports: { apache: 5001 } }] },
    });
    const { flows } = plan(catalog, one);
    expect(flows.map(({ id, alternative }) => [id, alternative])).toEqual([
      ["4/site-apache/cmk->cmk/tcp/5000/127.0.0.1", "4/site-apache/cmk->cmk/5000"],
      ["4/site-apache/cmk->cmk/tcp/5000/::1", "4/site-apache/cmk->cmk/5000"],
      ["4/site-apache/cmk->cmk/tcp/5001/127.0.0.1", "4/site-apache/cmk->cmk/5001"],
      ["4/site-apache/cmk->cmk/tcp/5001/::1", "4/site-apache/cmk->cmk/5001"],
    ]);
  });

  it("several ports of one row are alternatives, unless the topology names the port", () => {
    const catalog = catalogOf("7", {
      id: "smtp",
      from: "checkmk-server",
      to: "mail-server",
      protocol: "tcp",
      port: [25, 465, 587],
      probe: { kind: "tcp" },
    });
    const open = plan(catalog, company).flows;
    expect(open.map(({ port }) => port)).toEqual([25, 465, 587]);
    expect(new Set(open.map(({ alternative }) => alternative)).size).toBe(1);
    const fixed = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      outgoing: { smtp: [{ address: "mail.example.com", port: 587 }] },
    });
    expect(plan(catalog, fixed).flows.map(({ port, alternative }) => [port, alternative])).toEqual([[587, undefined]]);
  });

  it("what a server reaches through its proxy is asked there, in place of the direct way", () => {
    const catalog = catalogOf("7", {
      id: "license",
      from: "checkmk-server",
      to: "license-server",
      target: "license.example.com",
      protocol: "tcp",
      port: 443,
      probe: { kind: "tcp", service: "public-https" },
    });
    const planned = (proxy: object) => {
      const topology = topologySchema.parse({
        server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
        outgoing: { license: true, ...proxy },
      });
      const { flows, probes } = plan(catalog, topology);
      return [flows.map(({ id, address, port }) => [id, address, port]), probes.map(({ spec }) => spec)];
    };
    const service = { name: "http-proxy", through: { host: "license.example.com", port: 443 } };
    const id = "7/license/cmk->license.example.com/tcp";
    for (const proxy of ["http://proxy.example.com:3128", { address: "proxy.example.com", port: 3_128 }]) {
      expect(planned({ proxy })).toEqual([
        [[`${id}/3128`, "proxy.example.com", 3_128]],
        [{ kind: "tcp", port: 3_128, service }],
      ]);
    }
    expect(planned({})).toEqual([
      [[`${id}/443`, "license.example.com", 443]],
      [{ kind: "tcp", port: 443, service: { name: "public-https" } }],
    ]);
  });
});

describe("equal packets", () => {
  const topology = topologySchema.parse({
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [{ name: "web01", address: "10.0.2.1" }],
    requirements: [
      { from: "server", to: "web01", tcp: 6556 },
      { from: "server", to: "hosts", tcp: [6556, 22], expect: "blocked", id: "no-ssh" },
    ],
  });

  it("are sent once and judged for each requirement, and stay unconfirmed if one of them must not be repeated", () => {
    const { flows, probes } = plan(catalogOf("2.1", agent), topology);
    expect(flows.map(({ id, probe }) => [id, probe])).toEqual([
      ["2.1/agent/cmk->web01/tcp/6556", "cmk->10.0.2.1/tcp/6556"],
      ["extra/no-ssh/cmk->web01/tcp/22", "cmk->10.0.2.1/tcp/22"],
      ["extra/no-ssh/cmk->web01/tcp/6556", "cmk->10.0.2.1/tcp/6556"],
      ["extra/tcp-6556/cmk->web01/tcp/6556", "cmk->10.0.2.1/tcp/6556"],
    ]);
    expect(probes).toMatchObject([
      { id: "cmk->10.0.2.1/tcp/22", mayConfirm: true, expectations: ["blocked"] },
      { id: "cmk->10.0.2.1/tcp/6556", mayConfirm: false, expectations: ["open", "blocked"] },
    ]);
  });

  it("of nodes that are the same machine are one packet", () => {
    const local = { ...company, vantages: { web01: "local" as const, web02: "local" as const } };
    const same = { ...registration, port_override: undefined };
    expect(plan(catalogOf("2.2", same), local).probes.map(({ id }) => id)).toEqual([
      "web01->10.0.0.5/tcp/8000",
      "web01->2001:db8::5/tcp/8000",
    ]);
    expect(plan(catalogOf("2.2", same), company).probes).toHaveLength(4);
  });

  it("a request makes a bare connection to the same port unnecessary", () => {
    const status = {
      ...agent,
      id: "status",
      applies: undefined,
      port: 6558,
      port_override: undefined,
      confirm: "allowed",
    };
    const bare = plan(
      catalogOf(
        "2.1",
        status,
        { ...status, id: "asked", probe: { kind: "tcp", request: "GET status\n\n" } },
        { ...status, id: "last" },
      ),
      topology,
    );
    expect(bare.probes.filter(({ id }) => id.endsWith("6558"))).toMatchObject([
      { spec: { kind: "tcp", port: 6558, request: "GET status\n\n" } },
    ]);
  });
});

describe("requirements of the topology", () => {
  it("ask the port's usual question over UDP, and SNMP with the host's credentials", () => {
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [{ name: "sw01", address: "10.0.3.7", snmp: { version: "2c", community: { env: "SECRET" } } }],
      requirements: [{ from: "server", to: "sw01", udp: [53, 123, 161, 999], icmp: true, why: "a reason" }],
    });
    const udp = { from: "checkmk-server", protocol: "udp" };
    const catalog = catalogOf(
      "2.1",
      { ...agent, applies: { agent: ["push"] } },
      { ...udp, id: "dns", to: "dns-server", port: 53, probe: { kind: "udp", payload: "dns" } },
      { ...udp, id: "ntp", to: "ntp-server", port: 123, probe: { kind: "udp", payload: "ntp" } },
    );
    const { probes, flows } = plan(catalog, topology);
    expect(probes.map(({ spec }) => spec)).toEqual([
      { kind: "icmp" },
      { kind: "snmp", port: 161, credentials: { version: "2c", community: { env: "SECRET" } } },
      { kind: "udp", port: 123, payload: "ntp" },
      { kind: "udp", port: 53, payload: "dns" },
      { kind: "udp", port: 999, payload: "empty" },
    ]);
    expect(new Set(flows.map(({ purpose }) => purpose))).toEqual(new Set(["a reason"]));
  });

  it("ask what needs no credentials where an SNMP agent would listen and none are known", () => {
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [
        { name: "sw02", address: "10.0.3.8" },
        { name: "sw03", address: "10.0.3.9", ports: { snmp: 1161 } },
      ],
      requirements: [{ from: "server", to: "hosts", udp: [161, 1161], expect: "blocked" }],
    });
    const { probes } = plan(catalogOf("2.1", { ...agent, applies: { agent: ["push"] } }), topology);
    expect(
      Object.fromEntries(probes.map(({ target, spec }) => [`${target} ${"port" in spec && spec.port}`, spec])),
    ).toEqual({
      "10.0.3.8 161": { kind: "snmp", port: 161, credentials: { version: "discovery" } },
      "10.0.3.8 1161": { kind: "udp", port: 1161, payload: "empty" },
      "10.0.3.9 161": { kind: "udp", port: 161, payload: "empty" },
      "10.0.3.9 1161": { kind: "snmp", port: 1161, credentials: { version: "discovery" } },
    });
  });

  it.each([
    ["the agent's port", { tcp: 6556 }, { mayConfirm: false }],
    ["the agent's port where the host has another", { tcp: 16_556 }, { mayConfirm: false }],
    ["the agent's standard port where the host has another", { tcp: 6556 }, { mayConfirm: true }],
    ["a port with a request", { tcp: 6558 }, { spec: { kind: "tcp", port: 6558, request: "GET status\n\n" } }],
  ])("ask as gently as the catalog: %s", (title, service, expected) => {
    const status = {
      from: "central",
      to: "remote-site",
      protocol: "tcp",
      probe: { kind: "tcp", request: "GET status\n\n" },
    };
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [
        {
          name: "web01",
          address: "10.0.2.1",
          agent: "push",
          ...(title.includes("another") ? { ports: { agent: 16_556 } } : {}),
        },
        { name: "web02", address: "10.0.2.2", agent: "push" },
      ],
      requirements: [{ from: "web02", to: "web01", ...service, expect: "blocked" }],
    });
    const catalog = catalogOf("2.1", agent, { ...status, id: "status", port: 6558 });
    expect(plan(catalog, topology).probes).toMatchObject([expected]);
  });

  it.each<[string, object, object]>([
    ["TLS at its ports", { tcp: 8443 }, { name: "tls", assumed: true }],
    ["SSH", { tcp: 22 }, { name: "ssh", assumed: true }],
    ["a mail server", { tcp: 587 }, { name: "smtp", assumed: true }],
    ["a web server", { tcp: 8080 }, { name: "http", assumed: true }],
    ["nothing at any other port", { tcp: 5432 }, { name: "any", assumed: true }],
    ["the service that is named", { tcp: 8443, service: "https" }, { name: "https" }],
  ])("ask %s", (_name, requirement, service) => {
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [{ name: "web01", address: "10.0.2.1", agent: "push" }],
      requirements: [{ from: "server", to: "web01", ...requirement }],
    });
    const { probes } = plan(catalogOf("2.1", agent), topology);
    expect(probes.map(({ spec }) => ("service" in spec ? spec.service : undefined))).toEqual([service]);
  });

  it.each([{ service: "none" }, { expect: "blocked" }])("ask no greeting with %j", (over) => {
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [{ name: "web01", address: "10.0.2.1", agent: "push" }],
      requirements: [{ from: "server", to: "web01", tcp: [22, 5432], ...over }],
    });
    const { probes } = plan(catalogOf("2.1", agent), topology);
    expect(probes.map(({ spec }) => spec)).toEqual([
      { kind: "tcp", port: 22 },
      { kind: "tcp", port: 5432 },
    ]);
  });

  it("share the connection of a service that the catalog asks at that port", () => {
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [{ name: "web01", address: "10.0.2.1", agent: "push" }],
      requirements: [{ from: "web01", to: "server", tcp: [8000, 443] }],
    });
    const asked = { ...registration, probe: { kind: "tcp", service: "agent-receiver" } };
    const specs = plan(catalogOf("2.2", asked), topology).probes.map(({ id, spec }) => [id, spec]);
    expect(specs).toEqual([
      ["web01->10.0.0.5/tcp/443", { kind: "tcp", port: 443, service: { name: "tls", assumed: true } }],
      [
        "web01->10.0.0.5/tcp/8000/agent-receiver/main",
        { kind: "tcp", port: 8000, service: { name: "agent-receiver", site: "main" } },
      ],
    ]);
  });

  it.each([
    ["drbd", false],
    ["checkmk-agent", false],
    ["http", true],
  ])(
    "ask the service %s on a port that the catalog does not know, and again only if that is harmless",
    (service, may) => {
      const topology = topologySchema.parse({
        server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
        hosts: [{ name: "web01", address: "10.0.2.1", agent: "push" }],
        requirements: [{ from: "server", to: "web01", tcp: 12_345, service }],
      });
      expect(plan(catalogOf("2.1", agent), topology).probes).toMatchObject([
        { spec: { kind: "tcp", port: 12_345, service: { name: service } }, mayConfirm: may },
      ]);
    },
  );

  it("and hosts may say how long an answer may take", () => {
    const host = { name: "web01", address: "10.0.2.1", timeout: "20s" };
    const topology = (requirement: object) =>
      topologySchema.parse({
        server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
        hosts: [host, { name: "web02", address: "10.0.2.2" }],
        requirements: [{ from: "server", to: "hosts", tcp: [8443, 6556], ...requirement }],
      });
    const timeouts = (requirement: object) =>
      plan(catalogOf("2.1", agent, registration), topology(requirement)).probes.map(({ target, spec, timeoutMs }) => {
        return `${target} ${"port" in spec ? spec.port : ""} ${timeoutMs ?? "as usual"}`;
      });
    expect(timeouts({})).toEqual([
      "10.0.2.1 6556 20000",
      "10.0.2.1 8443 20000",
      "10.0.2.2 6556 as usual",
      "10.0.2.2 8443 as usual",
      "10.0.0.5 8000 as usual",
      "10.0.0.5 8000 as usual",
    ]);
    expect(timeouts({ timeout: "1m" }).slice(0, 4)).toEqual([
      "10.0.2.1 6556 60000", // the longest of what its flows may take
      "10.0.2.1 8443 60000",
      "10.0.2.2 6556 60000",
      "10.0.2.2 8443 60000",
    ]);
  });

  it("that contradict each other through a group are an input error", () => {
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [
        { name: "a", address: "10.0.2.1" },
        { name: "b", address: "10.0.2.2" },
      ],
      requirements: [
        { from: "hosts", to: "a", tcp: 22, expect: "blocked" },
        { from: "b", to: "hosts", tcp: 22 },
      ],
    });
    expect(() => plan(catalogOf("2.1", agent), topology)).toThrow(
      "requirements: 22/tcp from b to a is required to be open by one entry and to be blocked by another; keep one, or give one of them an id of its own",
    );
  });

  const two = (...requirements: object[]) =>
    idsOf(
      catalogOf("2.1", { ...agent, applies: { agent: ["push"] } }),
      topologySchema.parse({
        server: { name: "cmk", address: ["10.0.0.5", "2001:db8::5"], sites: [{ name: "main" }] },
        hosts: [
          { name: "a", address: "10.0.2.1" },
          { name: "b", address: "10.0.2.2" },
        ],
        requirements,
      }),
    );
  it.each([
    [
      "of a group to itself mean each node to each other one",
      { from: "hosts", to: "hosts", tcp: 22 },
      ["extra/tcp-22/a->b/tcp/22", "extra/tcp-22/b->a/tcp/22"],
    ],
    ["of a node to itself mean its address", { from: "a", to: "a", tcp: 22 }, ["extra/tcp-22/a->a/tcp/22"]],
    [
      "of the server to itself do, by its name and by its group",
      { from: "server", to: "cmk", udp: 514 },
      ["extra/udp-514/cmk->cmk/udp/514/10.0.0.5", "extra/udp-514/cmk->cmk/udp/514/2001:db8::5"],
    ],
    [
      "with scope: loopback mean 127.0.0.1",
      { from: "cmk", to: "cmk", tcp: 5000, scope: "loopback" },
      ["extra/loopback-tcp-5000/cmk->cmk/tcp/5000"],
    ],
    [
      "of a group with scope: loopback mean each node to itself",
      { from: "hosts", to: "hosts", icmp: true, scope: "loopback" },
      ["extra/loopback-icmp/a->a/icmp", "extra/loopback-icmp/b->b/icmp"],
    ],
  ])("%s", (_, requirement, ids) => expect(two(requirement)).toEqual(ids));

  it("that name a service outweigh those of the group, whatever their order", () => {
    const group = { from: "hosts", to: "server", tcp: 25 };
    const own = { from: "a", to: "cmk", tcp: 25, service: "smtp" };
    for (const requirements of [
      [group, own],
      [own, group],
    ]) {
      const topology = topologySchema.parse({
        server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
        hosts: [
          { name: "a", address: "10.0.2.1" },
          { name: "b", address: "10.0.2.2" },
        ],
        requirements,
      });
      const { probes, flows } = plan(catalogOf("2.1", { ...agent, applies: { agent: ["push"] } }), topology);
      expect(flows).toHaveLength(2);
      expect(probes.map(({ id }) => id)).toEqual(["a->10.0.0.5/tcp/25/smtp", "b->10.0.0.5/tcp/25"]);
    }
  });
});

describe("narrow", () => {
  const whole = plan(catalogOf("2.1", agent, registration), company);
  it.each([
    ["nothing", { sections: [], only: [] }, 6],
    ["a start node", { sections: [], only: [], from: "web01" }, 2],
    ["a section by number", { sections: ["2.1"], only: [] }, 6],
    ["a section by anchor", { sections: ["a_section"], only: [] }, 6],
    ["a node at either end", { sections: [], only: ["muc"] }, 1],
    ["a port", { sections: [], only: ["8000"] }, 2],
    ["a port with its transport", { sections: [], only: ["8000/tcp"] }, 2],
    ["two ports", { sections: [], only: ["8000", "8001/tcp"] }, 4],
    ["a node and a port", { sections: [], only: ["web01", "6556"] }, 1],
    ["a requirement", { sections: [], only: ["agent"] }, 2],
  ])("by %s", (_, filter, count) => {
    const part = narrow(whole, filter);
    expect(part.flows).toHaveLength(count);
    expect(new Set(part.probes.map(({ id }) => id))).toEqual(new Set(part.flows.map(({ probe }) => probe)));
  });

  it("takes a word for everything that it names", () => {
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      hosts: [
        { name: "agent", address: "10.0.2.1" },
        { name: "web01", address: "10.0.2.2" },
      ],
    });
    const { flows } = narrow(plan(catalogOf("2.1", agent, registration), topology), { sections: [], only: ["agent"] });
    expect(flows.map(({ id }) => id)).toEqual([
      "2.1/agent-registration/agent->cmk/tcp/8000",
      "2.1/agent/cmk->agent/tcp/6556",
      "2.1/agent/cmk->web01/tcp/6556",
    ]);
  });

  it("reports terms that match nothing", () => {
    expect(
      unmatchedTerms(whole.flows, whole.sections, { sections: ["9", "2.1"], only: ["8000/udp", "web01", "wbe01"] }),
    ).toEqual([
      { option: "--section", term: "9" },
      { option: "--only", term: "8000/udp" },
      { option: "--only", term: "wbe01" },
    ]);
  });
});

it("an empty plan says what the topology lacks", () => {
  const catalog = catalogOf("2.1", agent);
  const lonely = topologySchema.parse({ server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] } });
  expect(plan(catalog, lonely).flows).toEqual([]);
  expect(explainEmpty(catalog, lonely)).toEqual([
    "catalog test/1 requires nothing of this topology: it has no hosts, no remote_sites, no clusters, no outgoing services, no requirements of its own",
  ]);
});
