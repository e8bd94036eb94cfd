import { expect, test } from "vitest";
import type { Checked } from "./check.ts";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { startDnsmasq, startNginx, startSshd } from "./daemons.ts";
import { at, buildPath } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const box = at(2, 10);
const closed = at(2, 11);

/** Four special agents and four active checks that real daemons answer, and one of each that nobody does. */
const esx01 = {
  ...quietHost("esx01", box.v4),
  special_agents: ["allnet_ip_sensoric", "ibmsvc", { couchbase: { port: 8091 } }, { mqtt: { port: 8009 } }],
  active_checks: ["ssh", "dns", "icmp", { http: { port: 8161 } }],
};
const topology = topologyOf({
  hosts: [
    esx01,
    { ...quietHost("esx02", closed.v4), special_agents: ["zerto"], active_checks: ["smtp"] },
    { ...quietHost("pbx", box.v4), special_agents: [{ redfish: { port: 8091 } }] },
  ],
  outgoing: {
    proxy: { address: box.v4, port: 8161 },
    notifications: [{ msteams: { address: "acme.example.com" } }],
    exports: [{ influxdb: { address: box.v4, port: 8091 } }],
  },
});

let checked: Checked;
const lab = useLab(["nginx", "sshd", "dnsmasq"], async (lab) => {
  await buildPath(lab, [10, 11]);
  await startNginx(lab, "hosts", [80, 8009, 8091, 8161]);
  await startSshd(lab, "hosts");
  await startDnsmasq(lab, "hosts", [box.v4]);
  checked = await check(lab, topology, { args: ["--from", "cmk", "--timeout", "3s"] });
});

const short = (requirement: string): string => {
  const found = checked.run.results.filter((one) => one.requirement === requirement);
  return found.map(inShort).join("; ");
};

test.each([
  ["special-agent-allnet-ip-sensoric", "open pass service-answered proven"],
  ["special-agent-ibmsvc", "open pass service-answered proven"],
  ["special-agent-couchbase", "open pass service-answered proven"],
  ["special-agent-mqtt", "open pass handshake-completed observed"],
  ["active-check-ssh", "open pass service-answered proven"],
  ["active-check-dns", "open pass service-answered proven"],
  ["active-check-icmp", "open pass echo-reply proven"],
  ["active-check-http", "open pass service-answered proven"],
  ["export-influxdb", "open pass service-answered proven"],
])("%s is answered", (requirement, expected) => {
  expect(short(requirement)).toBe(expected);
});

test.each([
  ["special-agent-zerto", "refused fail connection-refused observed"],
  ["active-check-smtp", "refused fail connection-refused observed"],
  ["special-agent-redfish", "open fail plaintext-instead-of-tls proven"],
  ["notification-msteams", "open warn service-refuses proven"],
])("twin: %s is not", (requirement, expected) => {
  expect(short(requirement)).toBe(expected);
});

test("a port that a firewall blocks fails alone, and its special agent is named", async () => {
  await lab().rules("hosts", "table inet t { chain in { type filter hook input priority 0; tcp dport 8091 drop;\n}\n}");
  const again = await check(lab(), topology, { args: ["--from", "cmk", "--only", "esx01", "--timeout", "1s"] });
  await lab().rules("hosts", "");
  const { requirement, verdict } = resultOf(again, { protocol: "tcp", port: 8091, to: "esx01" });
  expect({ requirement, verdict }).toEqual({ requirement: "special-agent-couchbase", verdict: "fail" });
  expect(resultOf(again, { protocol: "tcp", port: 80, to: "esx01" }).verdict).toBe("pass");
});
