import { describe, expect, it } from "vitest";
import type { Result } from "../../src/model/run.ts";
import { type Checked, type Written, check, topologyOf } from "./check.ts";
import { at, buildPath, cmk } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const host = at(2, 10);
const net = useLab(["python3", "perl"], (lab) => buildPath(lab, [10]));
const rungs = ["node", "python", "perl"] as const;

/** A site and one host behind a firewall; nothing is installed, and each flow goes one way or the other. */
const topology = (worker: (typeof rungs)[number], parts: Written = {}): Written =>
  topologyOf({
    stage: "preinstall",
    server: {
      name: "cmk",
      address: [cmk.v4, cmk.v6],
      sites: [{ name: "main" }],
      features: ["syslog-udp", "syslog-tcp", "snmp-traps"],
    },
    hosts: [
      { name: "web01", address: [host.v4, host.v6], agent: "push", ping: true },
      { name: "old01", address: [host.v4, host.v6], agent: "legacy", ping: false },
    ],
    requirements: [
      { from: "cmk", to: "web01", udp: 7161, why: "a question over UDP" },
      { from: "cmk", to: "web01", tcp: 7022, expect: "blocked" },
    ],
    vantages: {
      cmk: "local",
      web01: { exec: ["ip", "netns", "exec", "hosts"], worker },
      old01: { exec: ["ip", "netns", "exec", "hosts"], worker },
    },
    ...parts,
  });

const run = (worker: (typeof rungs)[number], parts?: Written): Promise<Checked> =>
  check(net(), topology(worker, parts), { args: ["--responders", "auto", "--timeout", "1500ms"] });

const line = ({ from, to, protocol, port, address, verdict, reason, proof }: Result): string =>
  `${from} ${to} ${protocol}/${port ?? "-"} ${address.includes(":") ? 6 : 4} ${verdict} ${reason} ${proof}`;
/** Flows that are not as on an open network. */
const unusual = ({ run: { results } }: Checked): string[] =>
  results.filter(({ reason }) => !/^(responder-answered|echo-reply)$/.test(reason)).map(line);

/** Rules of the router, of the host, and of the server. */
const rules = async (fw: readonly string[], hosts: readonly string[] = [], hook = "output"): Promise<void> => {
  const table = (hook: string, lines: readonly string[]) =>
    lines.length === 0
      ? ""
      : `table inet t { chain c { type filter hook ${hook} priority 0; policy accept;\n${lines.join("\n")}\n}\n}`;
  await net().rules("fw", table("forward", fw));
  await net().rules("hosts", table(hook, hosts));
};

describe.each(rungs)("with a responder in %s behind firewalls, before anything is installed", (worker) => {
  it("every cell is proven, both protocols, families and directions", async () => {
    await rules(["tcp dport 7022 drop"]);
    const checked = await run(worker);
    expect(checked.run.notes ?? []).toEqual([]);
    const blocked = [4, 6].map((family) => `cmk web01 tcp/7022 ${family} pass blocked-as-expected proven`);
    expect(unusual(checked).toSorted()).toEqual(blocked.toSorted());
    expect(checked.run.summary).toMatchObject({ fail: 0, unknown: 0, error: 0, skipped: 0, warn: 0 });
    expect(checked.code).toBe(0);
    expect(new Set(checked.run.results.map(({ protocol }) => protocol))).toEqual(new Set(["tcp", "udp", "icmp"]));
  });
});
