import { expect, it } from "vitest";
import type { Draft, DraftHost } from "../draft/draft.ts";
import { namedAsBefore } from "./secret-names.ts";

const host = (name: string, env: string): DraftHost => ({
  name,
  addresses: ["10.0.0.1"],
  snmp: { version: "2c", community: { env } },
});
const draft = (hosts: DraftHost[]): Draft => ({
  header: [],
  remoteSites: [],
  hosts,
  notices: [],
  secrets: [...new Set(hosts.flatMap(({ snmp }) => (snmp?.version === "2c" ? [snmp.community.env] : [])))].map(
    (env) => ({
      env,
      holds: env,
    }),
  ),
});

it("keeps the name that a known host has for a secret, and gives a new secret a name that is free", () => {
  const known = [
    { name: "sw1", snmp: { version: "2c", community: { env: "SNMP_2" } } },
    { name: "old", snmp: { version: "2c", community: { env: "SNMP_1" } } },
  ];
  const { hosts, secrets } = namedAsBefore(
    draft([host("aaa", "SNMP_1"), host("sw1", "SNMP_2"), host("sw9", "SNMP_2")]),
    known,
  );
  expect(hosts.map(({ name, snmp }) => [name, snmp])).toEqual([
    ["aaa", { version: "2c", community: { env: "SNMP_3" } }],
    ["sw1", { version: "2c", community: { env: "SNMP_2" } }],
    ["sw9", { version: "2c", community: { env: "SNMP_2" } }],
  ]);
  expect(secrets).toEqual([
    { env: "SNMP_3", holds: "SNMP_1" },
    { env: "SNMP_2", holds: "SNMP_2" },
  ]);
});
