import { describe, expect, it } from "vitest";
import { check, topologyOf } from "../net/check.ts";
import { at, buildPath, cmk as sender, listen, setFirewall } from "../net/paths.ts";
import { useLab } from "../net/use-lab.ts";

const target = at(2, 10);
const net = useLab(["python3"], (lab) => buildPath(lab, [10]));
const onSender = { exec: ["ip", "netns", "exec", "cmk"], worker: "python" };
const onTarget = { exec: ["ip", "netns", "exec", "hosts"], worker: "python" };

/** All rows of the document that are about datagrams nobody answers: traps, syslog, real-time checks, two rings of a cluster. */
const topology = topologyOf({
  server: {
    name: "cmk",
    address: [target.v4],
    sites: [{ name: "main" }],
    features: ["syslog-udp", "snmp-traps", "real-time-checks"],
  },
  hosts: [{ name: "web01", address: [sender.v4], agent: "legacy", snmp: "2c", ping: false }],
  clusters: [
    {
      name: "ha",
      nodes: [
        { name: "n1", address: sender.v4 },
        { name: "n2", address: target.v4 },
      ],
    },
  ],
  vantages: { cmk: onTarget, n2: onTarget, web01: onSender, n1: onSender },
});
const ports = [162, 514, 4321, 4323, 6559];

async function reasons(stage: "preinstall" | "live"): Promise<string[]> {
  const only = ports.flatMap((port) => ["--only", String(port)]);
  const args = ["--responders", "auto", "--stage", stage, "--timeout", "700ms", ...only];
  const { run } = await check(net(), topology, { args, env: { SNMP_COMMUNITY: "public" } });
  return ports.map((port) => {
    const ones = run.results.filter((one) => one.port === port && (one.to === "cmk" || one.to === "n2"));
    return `${port} ${[...new Set(ones.map(({ reason, proof }) => `${reason} ${proof}`))].join(", ")}`;
  });
}

/** Two ports whose datagrams do not arrive, and two whose answers are lost. */
const faults = ["udp dport { 514, 4321 } drop", "udp sport { 162, 4323 } drop"];

describe.each(["preinstall", "live"] as const)("rows over UDP in the stage %s", (stage) => {
  it("are proven where nothing has the port, and each fault is named", async () => {
    await net().rules("hosts", "");
    const open = stage === "live" ? "service-not-running proven" : "responder-answered proven";
    await setFirewall(net(), []);
    expect(await reasons(stage)).toEqual(ports.map((port) => `${port} ${open}`));
    await setFirewall(net(), faults);
    expect(await reasons(stage)).toEqual([
      "162 reply-lost proven",
      "514 path-blocked proven",
      "4321 path-blocked proven",
      "4323 reply-lost proven",
      `6559 ${open}`,
    ]);
  });

  it("are decided where a service that never answers has the port: by its firewall, or by what its kernel counts", async () => {
    const service = await listen(
      net(),
      "hosts",
      ports.map((port) => ({ protocol: "udp", address: "::", port, mute: true }) as const),
    );
    try {
      await setFirewall(net(), faults);
      await net().rules("hosts", "");
      // No answer can be lost where there is none.
      expect(await reasons(stage)).toEqual([
        "162 counted-at-service inferred",
        "514 path-blocked proven",
        "4321 path-blocked proven",
        "4323 counted-at-service inferred",
        "6559 counted-at-service inferred",
      ]);
      await net().rules(
        "hosts",
        "table inet t { chain c { type filter hook input priority 0; policy accept;\nct state new accept\n}\n}",
      );
      expect(await reasons(stage)).toEqual([
        "162 arrived-at-service proven",
        "514 path-blocked proven",
        "4321 path-blocked proven",
        "4323 arrived-at-service proven",
        "6559 arrived-at-service proven",
      ]);
    } finally {
      await service.stop();
    }
  });
});
