import { describe, expect, test } from "vitest";
import { check, type Checked, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import { addAddress, addCable, addNode, addRoute, at, buildPath, listen } from "./paths.ts";
import type { Lab } from "./lab.ts";
import { useLab } from "./use-lab.ts";

const families = ["v4", "v6"] as const;
type Family = (typeof families)[number];
/** The gateway that is asked, and the machine behind it that a port is forwarded to. */
const gateway = at(2, 10);
const inner = at(3, 5);
const topology = topologyOf({
  hosts: [quietHost("gateway", [gateway.v4, gateway.v6])],
  requirements: [{ from: "server", to: "gateway", tcp: [7_000, 7_001], service: "none" }],
});

const forwarding = `table inet forwards {
  chain pre { type nat hook prerouting priority dstnat; policy accept;
    ip daddr ${gateway.v4} tcp dport 7001 dnat ip to ${inner.v4}:7001
    ip6 daddr ${gateway.v6} tcp dport 7001 dnat ip6 to [${inner.v6}]:7001
  }
}`;

/** The gateway routes to the network behind it, where `inner` is, or nobody. */
async function buildForward(lab: Lab): Promise<void> {
  await buildPath(lab, [10]);
  await lab.must("hosts", ["sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]);
  await addNode(lab, "inner");
  await addCable(lab, "hosts", "inner");
  await addAddress(lab, "hosts", "inner", 3, 1);
  await addAddress(lab, "inner", "hosts", 3, 9);
  await addRoute(lab, "inner", 1, at(3, 1));
  await lab.rules("hosts", forwarding);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: 7_000 }]);
}

let dead: Checked;
let alive: Checked;
useLab([], async (lab) => {
  await buildForward(lab);
  const args = ["--section", "extra"];
  dead = await check(lab, topology, { args });
  await addAddress(lab, "inner", "hosts", 3, 5);
  await listen(lab, "inner", [{ protocol: "tcp", address: "::", port: 7_001 }]);
  alive = await check(lab, topology, { args });
});

const of = (run: Checked, family: Family, port: number) =>
  resultOf(run, { to: "gateway", protocol: "tcp", port, address: gateway[family] });

describe("a port that is forwarded to a machine that is off", () => {
  test.each(families)("%s: the gateway says so itself, and is not called dead", (family) => {
    const result = of(dead, family, 7_001);
    expect(inShort(result)).toBe("unreachable fail host-unreachable observed");
    expect(result.evidence.reporter).toBe(gateway[family]);
    expect(result.message).toContain("that address itself says");
    expect(result.advice).toMatch(
      /forwards this port to a machine behind it \(a port forward, DNAT\) that does not answer/,
    );
  });

  test.each(families)("%s: its own port answers meanwhile", (family) =>
    expect(of(dead, family, 7_000).verdict).toBe("pass"),
  );
});

test.each(families)("twin: %s, once the machine behind it is on, both ports are open", (family) => {
  for (const port of [7_000, 7_001]) expect(of(alive, family, port).verdict).toBe("pass");
});
