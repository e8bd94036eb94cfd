import { describe, expect, test } from "vitest";
import { check, type Checked, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { at, buildPath, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

/** What a host is, and its place on the network. `everything`: whatever its port, a connection is accepted. */
const hosts = { honest: 10, everything: 11, spared: 12 } as const;
type Host = keyof typeof hosts;
const names = Object.keys(hosts) as Host[];
const families = ["v4", "v6"] as const;

const topology = topologyOf({
  hosts: names.map((name) => ({
    ...quietHost(name, [at(2, hosts[name]).v4, at(2, hosts[name]).v6]),
    ...(name === "spared" ? { controls: false } : {}),
  })),
  requirements: names.map((name) => ({ from: "server", to: name, tcp: 7001 })),
});

/** The router counts what goes to ports that no requirement names, by host. */
const counting = names.flatMap((name) => [
  `ip daddr ${at(2, hosts[name]).v4} tcp dport 20000-29999 tcp flags syn counter`,
  `ip6 daddr ${at(2, hosts[name]).v6} tcp dport 20000-29999 tcp flags syn counter`,
]);

/** A middlebox that answers every connection to two of the hosts itself. */
const accepting = ["everything", "spared"].map((name) => at(2, hosts[name as Host]));
const redirect = `
  table inet box { chain pre { type nat hook prerouting priority dstnat; policy accept;
${accepting.map(({ v4, v6 }) => `ip daddr ${v4} tcp dport 1-65535 redirect to :7001\nip6 daddr ${v6} tcp dport 1-65535 redirect to :7001`).join("\n")}
}
}`;

interface Seen extends Checked {
  /** Connections to ports that no requirement names, by host, both families together. */
  strays: Record<Host, number>;
}
let controlled: Seen;
let byDefault: Seen;
let uncontrolled: Seen;
let mended: Seen;

useLab([], async (lab) => {
  await buildPath(lab, Object.values(hosts));
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7001 }]);
  const counted = async (args: readonly string[]): Promise<Seen> => {
    await setFirewall(lab, counting);
    const checked = await check(lab, topology, { args: ["--section", "extra", "--timeout", "2s", ...args] });
    const ruleset = await lab.must("fw", ["nft", "list", "ruleset"]);
    const packets = [...ruleset.matchAll(/counter packets (\d+)/g)].map((match) => Number(match[1]));
    const of = (name: Host) => (packets[2 * names.indexOf(name)] ?? 0) + (packets[2 * names.indexOf(name) + 1] ?? 0);
    return { ...checked, strays: { honest: of("honest"), everything: of("everything"), spared: of("spared") } };
  };
  await lab.rules("hosts", redirect);
  controlled = await counted(["--controls"]);
  byDefault = await counted([]);
  uncontrolled = await counted(["--no-controls"]);
  await lab.rules("hosts", "");
  mended = await counted(["--controls"]);
});

const result = (seen: Checked, name: Host, family: "v4" | "v6") =>
  resultOf(seen, { to: name, protocol: "tcp", port: 7001, address: at(2, hosts[name])[family] });

describe.each(families)("over %s", (family) => {
  test("a port of a host that accepts everything is no proof", () => {
    const found = result(controlled, "everything", family);
    expect(inShort(found)).toBe("open warn everything-open observed");
    expect(found.evidence.canary).toMatchObject({ outcome: "open" });
    expect(found.message).toContain(`port ${found.evidence.canary?.port} of the same address`);
  });

  test("nor is it called one without controls, where nobody asked", () => {
    const found = result(uncontrolled, "everything", family);
    expect(inShort(found)).toBe("open pass handshake-completed observed");
    expect(found.evidence.canary).toBeUndefined();
  });

  test("a host that refuses the unnamed port passes, and the evidence says so", () => {
    const found = result(controlled, "honest", family);
    expect(inShort(found)).toBe("open pass handshake-completed observed");
    expect(found.evidence.canary).toMatchObject({ outcome: "refused" });
  });

  test("the host passes as soon as the middlebox is gone", () => {
    expect(inShort(result(mended, "everything", family))).toBe("open pass handshake-completed observed");
  });
});

describe("what is sent to ports that no requirement names", () => {
  test("one connection to each address", () =>
    expect(controlled.strays).toEqual({ honest: 2, everything: 2, spared: 0 }));
  test("the record says each of them", () => {
    const sent = controlled.run.controls ?? [];
    expect(sent.map(({ from, to, address }) => `${from} ${to} ${address}`).toSorted()).toEqual(
      (["honest", "everything"] as const)
        .flatMap((name) => families.map((family) => `cmk ${name} ${at(2, hosts[name])[family]}`))
        .toSorted(),
    );
    for (const { to, port, outcome } of sent) {
      expect(port >= 20_000 && port < 30_000).toBe(true);
      expect(outcome).toBe(to === "everything" ? "open" : "refused");
    }
  });
  test.each([
    ["unless somebody asks for it", () => byDefault],
    ["with --no-controls", () => uncontrolled],
  ])("nothing %s", (_when, seen) => {
    expect(seen().strays).toEqual({ honest: 0, everything: 0, spared: 0 });
    expect(seen().run.controls).toBeUndefined();
  });
});
