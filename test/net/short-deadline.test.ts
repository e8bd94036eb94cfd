import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Observation } from "../../src/model/outcome.ts";
import type { ProbeSpec, Task } from "../../src/model/task.ts";
import type { Lab } from "./lab.ts";
import { startSnmpd } from "./daemons.ts";
import { at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
/** The longest first, because a process that has just started is slow. */
const deadlines = [3_500, 2_000, 1_000, 500, 300] as const;
const probes: Readonly<Record<string, { probe: ProbeSpec; careful?: boolean }>> = {
  TCP: { probe: { kind: "tcp", port: 7_000 } },
  "TCP to a service that is asked once": {
    probe: { kind: "tcp", port: 7_001, service: { name: "checkmk-agent" } },
    careful: true,
  },
  UDP: { probe: { kind: "udp", port: 7_000, payload: "dns" } },
  "an empty datagram": { probe: { kind: "udp", port: 7_001, payload: "empty" } },
  SNMP: { probe: { kind: "snmp", port: 161, credentials: { version: "2c", community: "right-community" } } },
  "SNMP without credentials": { probe: { kind: "snmp", port: 161, credentials: { version: "discovery" } } },
  ICMP: { probe: { kind: "icmp" } },
};
const cases = families.flatMap((family) =>
  Object.keys(probes).flatMap((name) => deadlines.map((timeoutMs) => ({ family, name, timeoutMs }))),
);
/** Every case has a place of its own, at which the first packet of everything is lost. */
const placeOf = (index: number) => 10 + index;

const program = fileURLToPath(new URL("observe.mjs", import.meta.url));
async function observe(lab: Lab, tasks: readonly Task[]): Promise<Observation[]> {
  return JSON.parse(await lab.must("cmk", [process.execPath, program], { input: JSON.stringify(tasks) }));
}

let seen: Observation[] = [];
let twins: Observation[] = [];
useLab(["snmpd"], async (lab) => {
  await buildPath(
    lab,
    cases.map((_, index) => placeOf(index)),
  );
  const targets = cases.map(({ family }, index) => at(2, placeOf(index))[family]);
  await listen(lab, "hosts", [
    { protocol: "tcp", address: "::", port: 7_000 },
    { protocol: "tcp", address: "::", port: 7_001, says: "<<<check_mk>>>\nVersion: 2.3.0\n" },
    // One socket for each address: another would answer from an address that was not asked.
    ...targets.flatMap((address) => [7_000, 7_001].map((port) => ({ protocol: "udp" as const, address, port }))),
  ]);
  await startSnmpd(
    lab,
    "hosts",
    targets.map((target) => (target.includes(":") ? `udp6:[${target}]:161` : `udp:${target}:161`)),
  );
  const tasks = cases.map(({ name, timeoutMs }, index): Task => {
    const { probe, careful } = probes[name] ?? { probe: { kind: "icmp" } };
    return { id: String(index), target: targets[index] ?? "", timeoutMs, probe, careful };
  });
  // What was not seen before is remembered and lost; what was is let through.
  await lab.rules(
    "hosts",
    `table inet first {
       set seen4 { type ipv4_addr; flags dynamic; }
       set seen6 { type ipv6_addr; flags dynamic; }
       chain received { type filter hook input priority 0; policy accept;
         meta l4proto { tcp, udp, icmp } ip daddr != @seen4 add @seen4 { ip daddr } drop
         meta l4proto { tcp, udp } ip6 daddr != @seen6 add @seen6 { ip6 daddr } drop
         icmpv6 type echo-request ip6 daddr != @seen6 add @seen6 { ip6 daddr } drop
       }
     }`,
  );
  seen = await observe(lab, tasks);
  await lab.rules(
    "hosts",
    `table inet silence {
       chain received { type filter hook input priority 0; policy accept;
         meta l4proto { tcp, udp, icmp } drop
         icmpv6 type echo-request drop
       }
     }`,
  );
  twins = await observe(
    lab,
    tasks.filter(({ timeoutMs }) => timeoutMs === 300),
  );
});

test.each(cases.map((one, index) => [one.name, one.timeoutMs, one.family, index] as const))(
  "%s: the first packet is lost, the deadline is %i ms, over %s",
  (_name, _timeoutMs, _family, index) => {
    expect(seen[index]?.answers[0]?.outcome).toMatchObject({ kind: "open" });
  },
);

test("twin: where everything is lost, all of them are silent", () => {
  expect(twins).toHaveLength(cases.length / deadlines.length);
  for (const { answers } of twins) expect(answers[0]?.outcome).toMatchObject({ kind: "silent" });
});
