import { describe, expect, it } from "vitest";
import { checkReferences } from "../../src/load/topology/references.ts";
import { knownKeys } from "../../src/load/yaml/known-keys.ts";
import type { Path } from "../../src/load/yaml/place.ts";
import { rosterOf } from "../../src/model/plugin/plugin.ts";
import { type Topology, topologySchema } from "../../src/model/topology/topology.ts";
import { plan } from "../../src/plan/plan.ts";
import { unusedParts } from "../../src/plan/unused.ts";
import { shippedCatalogs, shippedLists } from "./read-catalog.ts";

type Value = Record<string, unknown> | unknown[];

const roster = rosterOf(shippedLists().map(({ list }) => list));
const catalog = shippedCatalogs().at(-1)?.catalog;
if (catalog === undefined) throw new Error("no catalog is shipped");

const features = "livestatus message-broker notification-spooler event-console-status opentelemetry".split(" ");
const toCentral = [...features.slice(2), "agent-bakery", "dynamic-host-configuration"];
const fromHosts = ["real-time-checks", "snmp-traps", "syslog-tcp", "syslog-udp"];
const serverPorts = {
  http: 81,
  https: 444,
  snmp_trap: 1162,
  syslog_udp: 1514,
  syslog_tcp: 1515,
  real_time_checks: 16_559,
  notification_spooler: 16_555,
  event_console_status: 16_558,
  epmd: 14_369,
};
const sitePorts = {
  agent_receiver: 8100,
  apache: 5100,
  livestatus: 16_557,
  message_broker: 15_672,
  otlp_grpc: 14_317,
  otlp_http: 14_318,
  otel_self_monitoring: 24_317,
  rabbitmq_management: 25_671,
  rabbitmq_distribution: 35_672,
};
const { livestatus: _remoteOnly, ...centralSitePorts } = sitePorts;
const outgoing = (n: number) => ({
  dns: [{ address: `10.${n}.0.1`, port: 1053 }],
  ntp: [{ address: `10.${n}.0.2`, port: 1123 }],
  smtp: [{ address: `10.${n}.0.3`, port: 1025 }],
  ldap: [
    { address: `10.${n}.0.4`, port: 1389 },
    { address: `10.${n}.0.5`, tls: true },
  ],
  license: { address: `10.${n}.0.6`, port: 1443 },
  proxy: { address: `10.${n}.0.7`, port: 8080 },
  notifications: ["slack", { msteams: { address: `teams${n}.example.com` } }],
  exports: [{ graphite: { address: `10.${n}.0.8`, port: 2004 } }],
});

/** A topology with every key that there is, each of them of use; checked below. */
const full = {
  catalog: "checkmk",
  stage: "live",
  controls: true,
  accept: { unverifiable: ["snmp-trap"] },
  server: {
    name: "cmk",
    address: ["10.0.0.5", "2001:db8::5"],
    sites: [{ name: "main", ports: centralSitePorts, features: ["message-broker"] }],
    features: [...toCentral, ...fromHosts],
    ports: serverPorts,
    outgoing: outgoing(7),
  },
  remote_sites: [
    {
      name: "muc",
      address: "10.1.0.5",
      sites: [{ name: "muc", ports: sitePorts, features: ["livestatus"] }],
      features: [...features.slice(1), ...fromHosts],
      ports: serverPorts,
      outgoing: outgoing(8),
    },
  ],
  hosts: [
    {
      name: "web01",
      address: "10.0.2.1",
      site: "muc",
      os: "windows",
      agent: "pull",
      ports: { agent: 16_556, agent_channel: 38_250 },
      timeout: "20s",
    },
    { name: "web02", address: "10.0.2.2", ping: false, controls: false },
    {
      name: "sw01",
      address: "10.0.3.1",
      agent: "none",
      snmp: { version: "2c", community: { env: "A" } },
      ports: { snmp: 1161 },
      special_agents: ["vsphere"],
      active_checks: ["ssh", { httpv2: { port: 8443 } }],
    },
    {
      name: "sw02",
      address: "10.0.3.2",
      site: "muc",
      agent: "none",
      snmp: {
        version: "3",
        user: "u",
        context: "c",
        auth: { protocol: "sha", password: { file: "f" } },
        priv: { protocol: "aes", password: { env: "B" } },
      },
    },
  ],
  clusters: [
    {
      name: "ha",
      nodes: [
        { name: "n1", address: "10.0.9.1" },
        { name: "n2", address: "10.0.9.2" },
      ],
      ports: { pacemaker: 13_121, corosync_ring0: 14_321, corosync_ring1: 14_323, drbd: 17_789 },
    },
  ],
  relays: [{ name: "relay", address: "10.0.8.1", site: "muc", proxy: { address: "10.0.8.9", port: 3128 } }],
  outgoing: outgoing(9),
  requirements: [
    {
      id: "shell",
      from: "server",
      to: "web01",
      tcp: [22, 2222],
      udp: 5353,
      icmp: true,
      service: "smtp",
      why: "a reason",
    },
    { from: "web01", to: "web02", tcp: 23, expect: "blocked" },
    { from: "cmk", to: "cmk", tcp: 5000 },
    { from: "web01", to: "cmk", udp: 5514, accept: "unverifiable" },
    { from: "cmk", to: "cmk", tcp: 5001, scope: "loopback", timeout: "5s" },
  ],
  vantages: { cmk: "local" },
  report: { title: "t", customer: "c", author: "a", logo: "l.png" },
};

/** Keys that say how flows are checked and not which there are. */
const howNotWhat = new Set([
  "report",
  "report.title",
  "report.customer",
  "report.author",
  "report.logo",
  "catalog",
  "stage",
  "vantages",
  "controls",
  "hosts.*.controls",
]);
/** Livestatus of the central is asked by nobody else; see the note below. */
const onlyElsewhere = "server.sites.*.ports.livestatus";

const mistakesOf = (topology: Topology) => checkReferences(topology, (path) => ({ file: "t", path: path.join(".") }));
const planOf = (topology: Topology): string => {
  const { flows, probes } = plan(catalog, topology, roster);
  return JSON.stringify([flows, probes.map(({ spec, timeoutMs }) => [spec, timeoutMs])]);
};

/** Every key of the schema below a path, with `*` for the entries of a list. */
function keysOf(path: readonly string[]): string[] {
  const inside = path.map((step) => (step === "*" ? 0 : step));
  const here = [...knownKeys(topologySchema, inside)].filter((key) => !path.includes("vantages") || key === "exec");
  const deeper = here.flatMap((key) => [[...path, key].join("."), ...keysOf([...path, key])]);
  return path.at(-1) === "*" || path.length > 7 ? deeper : [...deeper, ...(isList(path) ? keysOf([...path, "*"]) : [])];
}
const isList = (path: readonly string[]): boolean =>
  path.length > 0 && placesOf(path).some((place) => Array.isArray(valueAt(place)));

/** The places in `full` that a path with stars stands for. */
function placesOf(path: readonly string[]): Path[] {
  let places: PropertyKey[][] = [[]];
  for (const step of path) {
    places = places.flatMap((place) => {
      const value = valueAt(place);
      if (step === "*") return Array.isArray(value) ? value.map((_, index) => [...place, index]) : [];
      return typeof value === "object" && value !== null && Object.hasOwn(value, step) ? [[...place, step]] : [];
    });
  }
  return places;
}

const valueAt = (path: Path): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)[step], full);

function without(path: Path): unknown {
  const copy = structuredClone(full) as Value;
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)[step], copy);
  delete (parent as Record<PropertyKey, unknown>)[path.at(-1) ?? ""];
  return copy;
}

describe("nothing that a user wrote disappears silently", () => {
  it("says that nothing comes of a relay where the catalog knows none", () => {
    const old = shippedCatalogs()[0]?.catalog ?? catalog;
    const topology = topologySchema.parse({
      server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
      relays: [{ name: "relay", address: "10.0.8.1" }],
    });
    expect(unusedParts(old, topology, plan(old, topology).flows).map(({ message }) => message)).toEqual([
      "nothing is checked from or to relay",
    ]);
    expect(unusedParts(catalog, topology, plan(catalog, topology).flows)).toEqual([]);
  });

  const keys = [...new Set(keysOf([]))];
  const whole = topologySchema.parse(full);

  it("the whole topology has no mistake, and every part of it is used", () => {
    expect(mistakesOf(whole)).toEqual([]);
    expect(unusedParts(catalog, whole, plan(catalog, whole, roster).flows)).toEqual([]);
    expect(keys.length).toBeGreaterThan(100);
  });

  it.each(keys)("%s: taken away, the rows are others, or the topology is refused", (key) => {
    if (key.startsWith("vantages.") || key === onlyElsewhere) return;
    const places = placesOf(key.replace(/\.(?:env|file)$/, "").split("."));
    expect(places, `${key} stands nowhere in the topology of this test; add it`).not.toEqual([]);
    if (howNotWhat.has(key)) return;
    const isUsed = places.some((place) => {
      const parsed = topologySchema.safeParse(without(place));
      return !parsed.success || mistakesOf(parsed.data).length > 0 || planOf(parsed.data) !== planOf(whole);
    });
    expect({ key, isUsed }).toEqual({ key, isUsed: true });
  });

  it.each<[string, (topology: typeof full) => void, RegExp[]]>([
    [
      "a feature without its other end",
      (one) => void one.server.features.push("livestatus"),
      [/feature livestatus is not used/],
    ],
    [
      "a port of a service that is off",
      (one) => void Object.assign(one.server.sites[0] ?? {}, { ports: { ...sitePorts, livestatus: 6558 } }),
      [/port 6558 is not used/],
    ],
  ])("says that nothing comes of %s", (_, change, says) => {
    const changed = structuredClone(full);
    change(changed);
    const topology = topologySchema.parse(changed);
    const unused = unusedParts(catalog, topology, plan(catalog, topology, roster).flows).map(({ message }) => message);
    expect(unused).toEqual(says.map((pattern) => expect.stringMatching(pattern)));
  });
});
