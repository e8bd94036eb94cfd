import { describe, expect, it } from "vitest";
import { type PluginList, pluginListSchema, rosterOf } from "../model/plugin/plugin.ts";
import { catalogSchema } from "../model/catalog.ts";
import { topologySchema } from "../model/topology/topology.ts";
import { plan } from "./plan.ts";
import { pluginNotes } from "./plugin-notes.ts";

const connection = { protocol: "tcp", target: "host" };
const plugin = (name: string, rest: Record<string, unknown>) => ({
  name,
  title: name,
  versions: "all",
  sure: "code",
  source: "test",
  url: "https://example.com",
  ...rest,
});
const list = (kind: PluginList["kind"], plugins: unknown[]): PluginList =>
  pluginListSchema.parse({ kind, title: kind, url: "https://example.com", source: "test", plugins });

const roster = rosterOf([
  list("special-agents", [
    plugin("web", {
      aliases: ["www"],
      connections: [{ ...connection, port: 443, speaks: "http", tls: "on", port_option: "port" }],
    }),
    plugin("fixed", { connections: [{ ...connection, port: 9669, speaks: "http", tls: "always" }] }),
    plugin("ruled", { connections: [{ ...connection, port: 8161, speaks: "http", target: "rule" }] }),
    plugin("cloudy", {
      connections: [
        {
          ...connection,
          port: 443,
          speaks: "http",
          tls: "always",
          target: "cloud",
          hosts: ["a.example.com", "b.example.com"],
        },
      ],
    }),
    plugin("doubtful", { sure: "doubtful", connections: [{ ...connection, port: 8080, speaks: "http" }] }),
    plugin("local", { since: "2.5" }),
    plugin("ipmi", { connections: [{ protocol: "udp", port: 623, target: "host" }] }),
    plugin("raw", { connections: [{ ...connection, port: 8008 }] }),
  ]),
  list("active-checks", [
    plugin("directory", {
      connections: [{ ...connection, port: { plain: 389, tls: 636 }, speaks: "ldap", tls: "off" }],
    }),
    plugin("ping", { connections: [{ protocol: "icmp", target: "host" }] }),
    plugin("names", { connections: [{ protocol: "udp", port: 53, speaks: "dns", target: "host" }] }),
    plugin("loop", {
      types: {
        imap: [
          { ...connection, port: { plain: 143, tls: 993 }, speaks: "imap", tls: "on" },
          { ...connection, port: 25, speaks: "smtp" },
        ],
      },
    }),
  ]),
  list("notifications", [
    plugin("chat", { connections: [{ ...connection, port: 443, speaks: "http", tls: "always", target: "rule" }] }),
    plugin("events", { connections: [{ protocol: "udp", port: 514, target: "elsewhere" }] }),
  ]),
]);

const requirement = (id: string, from: string, to: string) => ({
  id,
  from,
  to,
  protocol: "tcp",
  port: 1,
  service: "a service",
  short: id,
  purpose: "so that there is a section",
  probe: { kind: "tcp" },
  source: "test",
  ...(to === "host" ? { applies: { agent: ["pull"] } } : {}),
});
const section = (id: string, anchor: string, ...requirements: unknown[]) => ({
  id,
  anchor,
  title: { en: id, de: id },
  requirements,
});
const catalog = catalogSchema.parse({
  product: "checkmk",
  version: "2.3",
  title: "Test",
  url: "https://example.com",
  source: "test",
  sections: [
    section("2.1", "hosts", requirement("agent", "site-server", "host")),
    section("7", "outgoing", requirement("smtp", "checkmk-server", "mail-server")),
  ],
});

const topologyWith = (host: object, rest: object = {}) =>
  topologySchema.parse({
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    remote_sites: [{ name: "muc", address: "10.1.0.5", sites: [{ name: "muc" }] }],
    hosts: [{ name: "esx01", address: "10.0.3.1", agent: "none", ping: false, ...host }],
    ...rest,
  });

/** Flows as `SECTION/REQUIREMENT FROM->TO ADDRESS:PORT question`. */
function flowsOf(topology: ReturnType<typeof topologyWith>): string[] {
  const { flows, probes } = plan(catalog, topology, roster);
  return flows.map(({ section: id, requirement: of, from, to, address, port, probe }) => {
    const spec = probes.find((one) => one.id === probe)?.spec;
    const service = spec?.kind === "tcp" ? spec.service : undefined;
    const asked = [service?.name ?? spec?.kind, service?.assumed ? "?" : "", service?.through?.host ?? ""].join("");
    return `${id}/${of} ${from}->${to} ${address}:${port ?? ""} ${asked}`;
  });
}

describe("what the site asks besides agent and SNMP", () => {
  it.each<[string, object, string[]]>([
    ["a name alone", { special_agents: ["web"] }, ["2.1/special-agent-web cmk->esx01 10.0.3.1:443 https"]],
    ["another name of it", { special_agents: ["www"] }, ["2.1/special-agent-web cmk->esx01 10.0.3.1:443 https"]],
    [
      "another port, without TLS",
      { special_agents: [{ web: { port: 8080, tls: false } }] },
      ["2.1/special-agent-web cmk->esx01 10.0.3.1:8080 http"],
    ],
    [
      "another target",
      { special_agents: [{ web: { address: "ci.example.com" } }] },
      ["2.1/special-agent-web cmk->ci.example.com ci.example.com:443 https"],
    ],
    [
      "a node of the topology as the target",
      { special_agents: [{ ruled: { address: "muc" } }] },
      ["2.1/special-agent-ruled cmk->muc 10.1.0.5:8161 http"],
    ],
    [
      "the same agent twice, at two ports",
      { special_agents: ["web", { web: { port: 8443 } }] },
      ["2.1/special-agent-web cmk->esx01 10.0.3.1:443 https", "2.1/special-agent-web cmk->esx01 10.0.3.1:8443 https"],
    ],
    [
      "the site that monitors the host",
      { site: "muc", active_checks: ["ping"] },
      ["2.1/active-check-ping muc->esx01 10.0.3.1: icmp"],
    ],
    [
      "every address",
      { address: ["10.0.3.1", "10.0.3.2"], special_agents: ["raw"] },
      ["2.1/special-agent-raw cmk->esx01 10.0.3.1:8008 any?", "2.1/special-agent-raw cmk->esx01 10.0.3.2:8008 any?"],
    ],
    [
      "what is in doubt is only assumed",
      { special_agents: ["doubtful"] },
      ["2.1/special-agent-doubtful cmk->esx01 10.0.3.1:8080 http?"],
    ],
    [
      "a directory with TLS",
      { active_checks: [{ directory: { tls: true } }] },
      ["2.1/active-check-directory cmk->esx01 10.0.3.1:636 ldaps"],
    ],
    [
      "datagrams",
      { special_agents: ["ipmi"], active_checks: ["names"] },
      ["2.1/active-check-names cmk->esx01 10.0.3.1:53 udp", "2.1/special-agent-ipmi cmk->esx01 10.0.3.1:623 udp"],
    ],
    [
      "two connections; the second follows the address",
      { active_checks: [{ loop: { type: "imap", port: 1993, address: "mx" } }] },
      ["2.1/active-check-loop cmk->mx mx:1993 tls", "2.1/active-check-loop cmk->mx mx:25 smtp"],
    ],
    ["one that stays on its machine", { special_agents: ["local"] }, []],
  ])("%s", (_name, host, expected) => {
    expect(flowsOf(topologyWith(host))).toEqual(expected);
  });

  it("asks cloud services directly, or through the proxy of the site's own server", () => {
    const host = { special_agents: ["cloudy"] };
    expect(flowsOf(topologyWith(host))).toEqual([
      "2.1/special-agent-cloudy cmk->a.example.com a.example.com:443 public-https",
      "2.1/special-agent-cloudy cmk->b.example.com b.example.com:443 public-https",
    ]);
    const proxy = { address: "10.0.0.9", port: 3128 };
    expect(flowsOf(topologyWith(host, { outgoing: { proxy } }))).toEqual([
      "2.1/special-agent-cloudy cmk->a.example.com 10.0.0.9:3128 http-proxya.example.com",
      "2.1/special-agent-cloudy cmk->b.example.com 10.0.0.9:3128 http-proxyb.example.com",
    ]);
    const direct = { special_agents: [{ cloudy: { proxy: false, address: "c.example.com" } }] };
    expect(flowsOf(topologyWith(direct, { outgoing: { proxy } }))).toEqual([
      "2.1/special-agent-cloudy cmk->c.example.com c.example.com:443 public-https",
    ]);
    expect(flowsOf(topologyWith({ ...host, site: "muc" }, { outgoing: { proxy } }))[0]).toContain(
      "muc->a.example.com a.ex",
    );
  });

  it("does not send what has no proxy through one", () => {
    const proxy = { address: "10.0.0.9", port: 3128 };
    const host = { special_agents: ["web", { raw: { proxy: true } }] };
    expect(flowsOf(topologyWith(host, { outgoing: { proxy } }))).toEqual([
      "2.1/special-agent-raw cmk->esx01 10.0.3.1:8008 any?",
      "2.1/special-agent-web cmk->esx01 10.0.3.1:443 https",
    ]);
  });

  it("asks once and sends no second datagram where that would make an event", () => {
    const events = { outgoing: { notifications: [{ events: { address: "10.9.9.9" } }] } };
    expect(flowsOf(topologyWith({}, events))).toEqual(["7/notification-events cmk->10.9.9.9 10.9.9.9:514 udp"]);
    const { probes } = plan(catalog, topologyWith({}, events), roster);
    expect(probes.map(({ mayConfirm }) => mayConfirm)).toEqual([false]);
  });

  it("plans outgoing plug-ins for the server that has them, in the outgoing section", () => {
    const outgoing = { notifications: [{ chat: { address: "chat.example.com" } }], proxy: "http://10.0.0.9:3128" };
    expect(flowsOf(topologyWith({}, { outgoing }))).toEqual([
      "7/notification-chat cmk->chat.example.com 10.0.0.9:3128 http-proxychat.example.com",
    ]);
  });

  it("accepts silence where the topology says so", () => {
    const topology = topologyWith({ special_agents: ["ipmi"] }, { accept: { unverifiable: ["special-agent-ipmi"] } });
    expect(plan(catalog, topology, roster).flows.map(({ accepts }) => accepts)).toEqual(["unverifiable"]);
  });

  it("refuses a name that the roster lacks, so that no row is missing silently", () => {
    expect(() => plan(catalog, topologyWith({ special_agents: ["web"] }))).toThrow('is called "web"');
  });
});

describe("notes", () => {
  it.each<[string, object, string[]]>([
    ["nothing", { special_agents: ["web", { web: { port: 8443 } }] }, []],
    [
      "what stays on its machine, and a later version",
      { special_agents: ["local"] },
      [
        "nothing is checked for local: it stays on the machine of its site",
        "local comes with version 2.5, and this is catalog checkmk/2.3",
      ],
    ],
    [
      "a port that the rule cannot set",
      { special_agents: [{ fixed: { port: 1 } }] },
      ["the rule of fixed has no option for its port, which is 9669"],
    ],
    ["TLS that is always there", { special_agents: [{ fixed: { tls: false } }] }, ["fixed always uses TLS"]],
    ["TLS that is never there", { active_checks: [{ names: { tls: true } }] }, ["the rule of names has no TLS"]],
    [
      "a proxy that is not there",
      { special_agents: [{ web: { proxy: true } }] },
      ["web: there is no outgoing.proxy, so the direct way is checked"],
    ],
  ])("%s", (_name, host, expected) => {
    expect(pluginNotes(catalog, topologyWith(host), roster).map(({ message }) => message)).toEqual(expected);
  });
});
