import { describe, expect, it } from "vitest";
import type { TcpServiceName, ServiceSpec } from "../model/service.ts";
import { hostSchema } from "../model/topology/topology.ts";
import type { Edge } from "./edge.ts";
import { serviceOf } from "./service-of.ts";

const host = (agent: string) => hostSchema.parse({ name: "web01", address: "10.0.3.7", agent });

describe("serviceOf", () => {
  it.each<[string, TcpServiceName, number, Pick<Edge, "site" | "anySite" | "usesTls" | "host">, ServiceSpec]>([
    [
      "a site's service names its site",
      "agent-receiver",
      8000,
      { site: "main" },
      { name: "agent-receiver", site: "main" },
    ],
    [
      "so does its message broker, whose peers ask for it by the site's name",
      "message-broker",
      5672,
      { site: "muc" },
      { name: "message-broker", site: "muc" },
    ],
    ["any other does not", "epmd", 4369, { site: "main" }, { name: "epmd" }],
    [
      "a web server of Checkmk has the pages of its sites",
      "https",
      443,
      { anySite: "main" },
      { name: "https", site: "main" },
    ],
    ["another has none", "https", 443, {}, { name: "https" }],
    ["without a site it is asked for any", "livestatus", 6557, {}, { name: "livestatus" }],
    ["an agent", "checkmk-agent", 6556, { host: host("pull") }, { name: "checkmk-agent" }],
    [
      "an agent of the old kind",
      "checkmk-agent",
      6556,
      { host: host("legacy") },
      { name: "checkmk-agent", plaintext: "expected" },
    ],
    ["LDAP on its port", "ldap", 389, {}, { name: "ldap" }],
    ["LDAP on the port of LDAP over TLS", "ldap", 636, {}, { name: "ldaps" }],
    ["what the topology says outweighs the port", "ldap", 3269, { usesTls: true }, { name: "ldaps" }],
    ["and the other way round", "ldap", 636, { usesTls: false }, { name: "ldap" }],
  ])("%s", (_name, name, port, edge, expected) => expect(serviceOf(name, port, edge)).toEqual(expected));
});
