import { hostOf, topologyOf } from "../../cli/topology.ts";
import { says } from "../../cases/peer-behaviour.ts";
import { listenForDatagrams } from "../datagram-peers.ts";
import { manners, quoted } from "../far/manners.ts";
import { someFormats } from "../formats.ts";
import type { Kind } from "../kinds.ts";
import { listen } from "../tcp-peers.ts";
import { readRecord, type Trial } from "../trial.ts";

const farSidesOfTrial = 10;

/**
 * Vantage points whose far sides are hostile. Two honest senders, this machine and a worker behind a shell, ask one open
 * and one closed port beside them, and must see what they would see without them.
 */
export const farSidesKind: Kind = { cases: "a malicious vantage point", run };

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const [ssh, agent, gone] = await Promise.all([
    listen(says("SSH-2.0-x\r\n")),
    listenForDatagrams({ words: "", mayProve: false, reply: () => undefined }),
    listen(() => undefined),
  ]);
  await gone.close();
  const far = Array.from({ length: farSidesOfTrial }, (_, at) => {
    const isServer = at === 0; // it gets a secret
    const manner = random.pick(Object.keys(isServer && random.chance(0.7) ? quoted : manners));
    return { name: `far${at}`, manner };
  });
  const senders = ["cmk", "honest", ...far.map(({ name }) => name)];
  const requirements = senders.flatMap((from) => [
    { from, to: "web01", tcp: ssh.port, service: "ssh" },
    { from, to: "web01", tcp: gone.port, service: "none" },
  ]);
  // A device that only the hostile ones ask: they get its community, and must not get it into the report.
  const device = hostOf("device", {
    snmp: { version: "2c", community: { env: "HOSTILE_SECRET" } },
    ports: { snmp: agent.port },
  });
  const server = far[0]?.name ?? "";
  const vantages = Object.fromEntries([
    ["cmk", "local"],
    ["honest", { exec: ["env"] }],
    ...far.map(({ name, manner }) => [
      name,
      { exec: [process.execPath, trial.farSide, manner, String(random.int(1e9))] },
    ]),
  ]) as Record<string, unknown>;
  try {
    const hosts = [
      hostOf("web01"),
      ...senders
        .slice(1)
        .map((name) => hostOf(name))
        .filter(({ name }) => name !== server),
    ];
    const site = { name: server, address: "127.0.0.1", sites: [{ name: "main" }] };
    trial.write(
      "t.json",
      topologyOf(requirements, { server: site, hosts: [...hosts, hostOf("cmk"), device], vantages }),
    );
    const { args, reports } = someFormats(random);
    await trial.run(["check", "t.json", "--timeout", "500ms", ...args], {
      reports,
      codes: [0, 1, 3],
      onTerminal: random.chance(0.25),
    });
    const record = readRecord(trial, "run.json");
    for (const from of ["cmk", "honest"]) {
      for (const [port, want] of [
        [ssh.port, "pass"],
        [gone.port, "fail"],
      ] as const) {
        const result = record?.results.find((one) => one.from === from && one.port === port);
        if (record === undefined || result?.verdict === want) continue;
        const words = `${from} to ${want === "pass" ? "an open" : "a closed"} port: ${result?.verdict} ${result?.reason} ${result?.message}`;
        trial.complain({
          fault: "false verdict",
          text: `${words}, beside ${far.map(({ manner }) => manner).join(", ")}`,
        });
      }
    }
    trial.count(far.length);
  } finally {
    await Promise.all([ssh.close(), agent.close()]);
  }
}
