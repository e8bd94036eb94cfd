import { expect, it } from "vitest";
import { catalogSchema } from "../model/catalog.ts";
import { topologySchema } from "../model/topology/topology.ts";
import { expand } from "./expand.ts";

const [section] = catalogSchema.parse({
  product: "test",
  version: "1",
  title: "Test catalog",
  url: "https://example.com/ports",
  source: "test",
  sections: [
    {
      id: "2.3",
      anchor: "agent",
      title: { en: "Agent", de: "Agent" },
      requirements: [
        {
          id: "agent",
          from: "site-server",
          to: "host",
          protocol: "tcp",
          port: 6556,
          port_override: { scope: "host", name: "agent" },
          service: "Agent",
          short: "Agent",
          purpose: "so that hosts are monitored",
          source: "test",
          probe: { kind: "tcp", service: "checkmk-agent" },
        },
      ],
    },
  ],
}).sections;

it("flows that send the same share one object, and no others do", () => {
  const topology = topologySchema.parse({
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [
      { name: "a", address: "10.0.3.1" },
      { name: "b", address: "10.0.3.2" },
      { name: "c", address: "10.0.3.3", agent: "legacy" },
      { name: "d", address: "10.0.3.4", ports: { agent: 16_556 } },
    ],
  });
  const [requirement] = section?.requirements ?? [];
  const specs = expand(section!, requirement!, topology).map(({ spec }) => spec);
  expect(specs[1]).toBe(specs[0]);
  expect(new Set(specs).size).toBe(3);
  expect(specs.map((spec) => JSON.stringify(spec))).toEqual([
    '{"kind":"tcp","port":6556,"service":{"name":"checkmk-agent"}}',
    '{"kind":"tcp","port":6556,"service":{"name":"checkmk-agent"}}',
    '{"kind":"tcp","port":6556,"service":{"name":"checkmk-agent","plaintext":"expected"}}',
    '{"kind":"tcp","port":16556,"service":{"name":"checkmk-agent"}}',
  ]);
});
