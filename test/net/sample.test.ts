import { expect, test } from "vitest";
import { check, type Checked, quietHost, topologyOf } from "./check.ts";
import { buildPath } from "./paths.ts";
import { useLab } from "./use-lab.ts";

/** More hosts of one network than a pattern takes, fewer of another, and in a third some that are silent the second time. */
const counts = { many: 80, few: 60, broken: 80 };
const network = { many: 100, few: 101, broken: 102 };
type Kind = keyof typeof counts;
const kinds = Object.keys(counts) as Kind[];
const addressAt = (kind: Kind, n: number): string => `10.213.${network[kind]}.${n + 1}`;
const hosts = kinds.flatMap((kind) => Array.from({ length: counts[kind] }, (_, n) => addressAt(kind, n)));
const topology = topologyOf({
  hosts: hosts.map((address) => quietHost(`h${address.replaceAll(".", "-")}`, [address])),
  requirements: [{ from: "server", to: "hosts", tcp: [7_000], service: "none" }],
});

let checked: Checked;
useLab([], async (lab) => {
  await buildPath(lab, [2]);
  await lab.script(`
    for node in cmk fw; do
      ip -n $node route add 10.213.100.0/22 via $([ $node = cmk ] && echo 10.213.1.1 || echo 10.213.2.2)
    done
    ip -n hosts route add local 10.213.100.0/22 dev lo`);
  // The first connection to half of its hosts is reset, the second is dropped.
  const half = `ip daddr ${addressAt("broken", 0)}-${addressAt("broken", 39)} tcp dport 7000`;
  await lab.rules(
    "hosts",
    `table inet hosts {
       set met { type ipv4_addr; size 100; flags dynamic; }
       chain first { type filter hook input priority 0;
         ${half} ip daddr @met drop
         ${half} add @met { ip daddr } reject with tcp reset
       }
     }`,
  );
  checked = await check(lab, topology, { args: ["--section", "extra", "--timeout", "1500ms"] });
});

const of = (kind: Kind) => checked.run.results.filter(({ address }) => address.startsWith(`10.213.${network[kind]}.`));

test("of many refusals of one network a sample is asked again, and the others say that they stand on it", () => {
  const standing = of("many").filter(({ evidence }) => evidence.bySample !== undefined);
  const confirmed = of("many").filter(({ attempts }) => attempts > 1);
  expect(standing.length).toBeGreaterThan(counts.many / 2);
  expect(standing.length + confirmed.length).toBe(counts.many);
  for (const { reason, attempts, evidence } of standing) {
    expect({ reason, attempts }).toEqual({ reason: "connection-refused", attempts: 1 });
    expect(evidence.bySample).toEqual({
      network: `10.213.${network.many}.0/24`,
      alike: counts.many,
      confirmed: confirmed.length,
    });
  }
});

test.each(["few", "broken"] as const)("twin: every refusal is confirmed where there are %s", (kind) => {
  for (const { attempts, evidence, reason } of of(kind)) {
    expect(attempts).toBeGreaterThan(1);
    expect(evidence.bySample).toBeUndefined();
    expect(reason).toBe("connection-refused");
  }
});
