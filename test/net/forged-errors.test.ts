import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { check, inShort, quietHost, resultOf, topologyOf } from "./check.ts";
import type { Checked } from "./check.ts";
import { addAddress, addCable, addNode, addRoute, at, buildPath, cmk, listen, setFirewall } from "./paths.ts";
import { useLab } from "./use-lab.ts";

/** What must be open, must be blocked, and is dropped or really rejected by the router. */
const ports = { open: 7_000, dropped: 7_001, rejected: 7_002 } as const;
const host = at(2, 10).v4;
const topology = topologyOf({
  server: { name: "cmk", address: [cmk.v4], sites: [{ name: "main" }] },
  hosts: [quietHost("web01", host), quietHost("lonely", at(2, 11).v4)],
  requirements: [
    { from: "server", to: "web01", tcp: ports.open },
    { from: "server", to: "web01", tcp: [ports.dropped, ports.rejected], expect: "blocked" },
    { from: "server", to: "web01", udp: [ports.dropped], expect: "blocked" },
    { from: "server", to: "lonely", tcp: [ports.dropped], expect: "blocked" },
  ],
});
/** Few source ports, so that whoever tries them out hits soon. */
const range = { first: 40_000, last: 40_511 } as const;

let forged: Checked;
let quiet: Checked;
useLab([], async (lab) => {
  await buildPath(lab, [10, 11]);
  await addNode(lab, "forger");
  await addCable(lab, "forger", "fw");
  await addAddress(lab, "forger", "fw", 3, 2);
  await addAddress(lab, "fw", "forger", 3, 1);
  await addRoute(lab, "forger", 1, at(3, 1));
  await lab.must("cmk", ["sysctl", "-qw", `net.ipv4.ip_local_port_range=${range.first} ${range.last}`]);
  await listen(lab, "hosts", [{ protocol: "tcp", address: "::", port: ports.open }]);
  await setFirewall(lab, [
    `tcp dport ${ports.dropped} drop`,
    `udp dport ${ports.dropped} drop`,
    `tcp dport ${ports.rejected} reject with icmpx type admin-prohibited`,
  ]);
  const args = ["--section", "extra", "--timeout", "3s"];
  const program = fileURLToPath(new URL("forge.mjs", import.meta.url));
  const order = (protocol: number) =>
    JSON.stringify({
      victim: cmk.v4,
      destinations: [host, at(2, 11).v4],
      ports: [ports.dropped, ports.rejected],
      protocol,
      ...range,
    });
  const forgers = [];
  for (const protocol of [6, 17]) {
    forgers.push(await lab.start("forger", [process.execPath, program, order(protocol)], { prints: "forging" }));
  }
  forged = await check(lab, topology, { args });
  for (const { stop } of forgers) await stop();
  quiet = await check(lab, topology, { args });
});

const of = (run: Checked, to: string, protocol: "tcp" | "udp", port: number) => resultOf(run, { to, protocol, port });

test("forged errors about a port that is dropped are no block: silence, beside a control that answers", () => {
  const result = of(forged, "web01", "tcp", ports.dropped);
  expect(inShort(result)).toBe("silent pass blocked-as-expected inferred");
  expect(result.evidence.unverifiedError).toEqual({ reporter: at(3, 2).v4, icmpCode: "3/13" });
});

test("and without a control nothing is known", () => {
  const result = of(forged, "lonely", "tcp", ports.dropped);
  expect(inShort(result)).toBe("silent unknown silence-without-control inferred");
  expect(result.evidence.unverifiedError).toEqual({ reporter: at(3, 2).v4, icmpCode: "3/13" });
});

test("forged errors about a datagram leave it unknown", () => {
  const result = of(forged, "web01", "udp", ports.dropped);
  expect(inShort(result)).toBe("silent unknown udp-silence inferred");
});

test("a real prohibition among forged ones is an error of the kernel's, of which the code is not known", () => {
  const result = of(forged, "web01", "tcp", ports.rejected);
  expect(inShort(result)).toBe("unreachable pass blocked-as-expected observed");
  expect(result.evidence).toMatchObject({ errno: "EHOSTUNREACH", codeSeen: false });
});

test("twin: without a forger there is no such evidence, and a real prohibition has its code and its sender", () => {
  for (const { evidence } of quiet.run.results) expect(evidence).not.toHaveProperty("unverifiedError");
  const result = of(quiet, "web01", "tcp", ports.rejected);
  expect(inShort(result)).toBe("prohibited pass blocked-as-expected observed");
  expect(result.evidence).toMatchObject({ reporter: at(1, 1).v4, icmpCode: "3/13", codeSeen: true });
  expect(inShort(of(quiet, "lonely", "tcp", ports.dropped))).toBe("silent unknown silence-without-control inferred");
});
