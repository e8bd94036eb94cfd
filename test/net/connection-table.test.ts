import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { check, type Checked, inShort, quietHost, resultOf, topologyOf, type Wanted } from "./check.ts";
import { at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";
import { withoutRaw } from "./without-raw.ts";

const families = ["v4", "v6"] as const;
const far = at(2, 10);
const program = fileURLToPath(new URL("connection-table.py", import.meta.url));
const topology = topologyOf({
  hosts: [quietHost("far", [far.v4, far.v6])],
  requirements: [
    { from: "server", to: "far", tcp: [7_000, 7_001], service: "none" },
    { from: "server", to: "far", udp: 53, icmp: true },
    { from: "server", to: "far", tcp: 7_009, expect: "blocked" },
  ],
});

/** Rules of the prober: it tracks connections, except those to 7001/tcp; whatever else a test wants. */
const tracking = (more = "") => `table inet own {
  chain raw { type filter hook output priority raw; policy accept;
    tcp dport 7001 notrack
  }
  chain answers { type filter hook prerouting priority raw; policy accept;
    tcp sport 7001 notrack
  }
  chain sent { type filter hook output priority filter; policy accept;
    ct state established accept
    ${more}
  }
}`;

let full: Checked;
let fullWithPing: Checked;
let fullElsewhere: Checked;
let roomy: Checked;
let dropping: Checked;
useLab(["python3", "setpriv", "ping"], async (lab) => {
  await buildPath(lab, [10]);
  await listen(lab, "hosts", [
    { protocol: "tcp", address: "::", port: 7_000 },
    { protocol: "tcp", address: "::", port: 7_001 },
    { protocol: "udp", address: "::", port: 53, reply: "dns" },
  ]);
  await lab.rules("cmk", tracking());
  await lab.must("cmk", ["python3", program, "fill"]);
  const args = ["--section", "extra", "--timeout", "2s"];
  full = await check(lab, topology, { args });
  fullWithPing = await check(lab, topology, { args: [...args, "--only", "icmp"], behind: withoutRaw(lab) });
  const vantages = { cmk: { exec: ["ip", "netns", "exec", "cmk"] } };
  fullElsewhere = await check(lab, { ...topology, vantages }, { args, node: "fw" });
  await lab.must("cmk", ["python3", program, "empty"]);
  roomy = await check(lab, topology, { args });
  await lab.rules("cmk", tracking("meta l4proto { udp, icmp, ipv6-icmp } ct state new drop"));
  dropping = await check(lab, topology, { args });
});

const tracked: readonly [string, Omit<Wanted, "to">][] = [
  ["TCP", { protocol: "tcp", port: 7_000 }],
  ["UDP", { protocol: "udp", port: 53 }],
  ["ICMP", { protocol: "icmp" }],
];
const cases = families.flatMap((family) =>
  tracked.map(([name, wanted]) => [`${name} over ${family}`, family, wanted] as const),
);
const at2 = (family: "v4" | "v6") => ({ to: "far", address: far[family] });
const tableFull = "unsent error connection-table-full none";

describe("a full connection tracking table of the prober", () => {
  test.each(cases)("is its own failure, with both numbers: %s", (_name, family, wanted) => {
    const result = resultOf(full, { ...at2(family), ...wanted });
    expect(inShort(result)).toBe(tableFull);
    const [, count, max] = /(\d+) of (\d+) entries/.exec(result.message) ?? [];
    expect(Number(count)).toBeGreaterThanOrEqual(Number(max));
    expect(Number(max)).toBeGreaterThan(0);
  });

  test.each(cases)("is known at a vantage point that runs a worker: %s", (_name, family, wanted) => {
    expect(inShort(resultOf(fullElsewhere, { ...at2(family), ...wanted }))).toBe(tableFull);
  });

  test.each(families)("is known where the ping program sends: ICMP over %s", (family) => {
    expect(inShort(resultOf(fullWithPing, { ...at2(family), protocol: "icmp" }))).toBe(tableFull);
  });

  test.each(families)("makes no silence a block that was wanted: over %s", (family) => {
    expect(inShort(resultOf(full, { ...at2(family), protocol: "tcp", port: 7_009 }))).toBe(tableFull);
  });

  test.each(families)("takes nothing from what was answered meanwhile: over %s", (family) => {
    const result = resultOf(full, { ...at2(family), protocol: "tcp", port: 7_001 });
    expect(inShort(result)).toBe("open pass handshake-completed observed");
  });

  test("leaves the run undecided", () => expect(full.code).toBe(3));
});

describe("twins", () => {
  test.each(cases)("with room in the table all is well: %s", (_name, family, wanted) => {
    expect(resultOf(roomy, { ...at2(family), ...wanted }).verdict).toBe("pass");
  });

  test.each(cases.filter(([, , { protocol }]) => protocol !== "tcp"))(
    "a rule that drops is a rule: %s",
    (_name, family, wanted) => {
      expect(inShort(resultOf(dropping, { ...at2(family), ...wanted }))).toBe("unsent error local-firewall none");
    },
  );
});
