import { expect, test } from "vitest";
import { check, type Checked, inShort, resultOf, topologyOf } from "./check.ts";
import { at, buildPath, listen } from "./paths.ts";
import { useLab } from "./use-lab.ts";

const [lossy, filtered, calm] = [at(2, 10).v4, at(2, 11).v4, at(2, 12).v4];
const host = (name: string, address: string) => ({ name, address, agent: "legacy" });
const topology = topologyOf({ hosts: [host("lossy", lossy), host("filtered", filtered), host("calm", calm)] });

/** Drops every reply to the first connection, whatever is repeated within it: the set has room for one source port. */
const firstConnection = (address: string, set: string) =>
  `ip saddr ${address} tcp sport 6556 tcp flags & (syn | ack) == syn | ack update @${set} { tcp dport } drop`;
const firstEcho = (address: string) => `ip saddr ${address} icmp type echo-reply quota until 90 bytes drop`;

let withLoss: Checked;
let withoutLoss: Checked;
useLab([], async (lab) => {
  await buildPath(lab, [10, 11, 12]);
  await listen(lab, "hosts", [
    { protocol: "tcp", address: "::", port: 6556, says: "<<<check_mk>>>\nVersion: 2.3.0\n" },
  ]);
  const rules = (some: readonly string[]) =>
    lab.rules(
      "fw",
      `table inet fw {
         set lossy { type inet_service; size 1; flags dynamic; }
         set calm { type inet_service; size 1; flags dynamic; }
         chain forward { type filter hook forward priority 0; policy accept;
           ip daddr ${filtered} tcp dport 6556 drop
           ${some.join("\n")}
         }
       }`,
    );
  const args = ["--section", "2.1", "--timeout", "1500ms", "--no-controls"];
  await rules([]);
  withoutLoss = await check(lab, topology, { args });
  await rules([firstEcho(lossy), firstEcho(filtered), firstConnection(lossy, "lossy"), firstConnection(calm, "calm")]);
  withLoss = await check(lab, topology, { args });
});

const agentOf = (run: Checked, to: string) => resultOf(run, { to, protocol: "tcp", port: 6556 });

test("a port whose answers were lost is asked once more, because an echo reply was lost, too", () => {
  expect(inShort(resultOf(withLoss, { to: "lossy", protocol: "icmp" }))).toContain("answered-on-second-attempt");
  expect(agentOf(withLoss, "lossy")).toMatchObject({ reason: "answered-on-second-attempt", attempts: 2 });
  expect(withLoss.stderr).toContain(
    "2 targets answered, but not the first packet; asking 2 silent flows of them once more",
  );
});

test("a filtered port stays silent there, in two attempts", () => {
  expect(agentOf(withLoss, "filtered")).toMatchObject({ reason: "no-answer", verdict: "fail", attempts: 2 });
});

test("twin: where nothing else was lost, silence is asked once, as an agent is", () => {
  expect(agentOf(withLoss, "calm")).toMatchObject({ reason: "no-answer", attempts: 1 });
});

test("twin: without loss all is as it is, and nothing is asked again", () => {
  for (const to of ["lossy", "calm"]) expect(agentOf(withoutLoss, to)).toMatchObject({ outcome: "open", attempts: 1 });
  expect(agentOf(withoutLoss, "filtered")).toMatchObject({ reason: "no-answer", attempts: 1 });
  expect(withoutLoss.stderr).not.toContain("once more");
});
