import { hostOf, topologyOf } from "../../cli/topology.ts";
import { listenForDatagrams, randomDatagramManner } from "../datagram-peers.ts";
import { someFormats } from "../formats.ts";
import type { Kind } from "../kinds.ts";
import type { Random } from "../random.ts";
import { readRecord, type Trial } from "../trial.ts";

const peersOfTrial = 40;

/**
 * Peers over UDP that are asked as SNMP agents of all versions, name and time servers: noise, floods, other senders,
 * damaged and truly answered questions with hostile text, and the community as an answer.
 */
export const datagramsKind: Kind = { cases: "a peer that is probed over UDP", run };

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const peers = await Promise.all(
    Array.from({ length: peersOfTrial }, async (_, at) => {
      const manner = randomDatagramManner(random);
      const asked = random.pick(["snmp", "snmp", "dns", "ntp"] as const);
      return { name: `peer${at}`, asked, manner, ...(await listenForDatagrams(manner)) };
    }),
  );
  try {
    const asked = (what: string) => peers.filter((peer) => peer.asked === what);
    const hosts = asked("snmp").map(({ name, port }) =>
      hostOf(name, { snmp: credentials(random), ports: { snmp: port } }),
    );
    const places = (what: string) => asked(what).map(({ port }) => ({ address: "127.0.0.1", port }));
    trial.write(
      "t.json",
      topologyOf([], { hosts: [hostOf("web01"), ...hosts], outgoing: { dns: places("dns"), ntp: places("ntp") } }),
    );
    const { args, reports } = someFormats(random);
    const only = ["snmp", "dns", "ntp"].flatMap((one) => (asked(one).length > 0 ? ["--only", one] : []));
    await trial.run(["check", "t.json", "--from", "cmk", ...only, "--timeout", "500ms", ...args], {
      reports,
      codes: [0, 1, 3],
      onTerminal: random.chance(0.25),
    });
    const record = readRecord(trial, "run.json");
    for (const { asked, port, manner } of peers) {
      const result = record?.results.find((one) => one.port === port && one.protocol === "udp");
      const isBelieved = result?.verdict === "pass" && result.proof === "proven";
      const words = `${asked}: a peer that ${manner.words}`;
      if (isBelieved && !manner.mayProve) trial.complain({ fault: "false verdict", text: `pass, proven for ${words}` });
    }
    trial.count(peers.length);
  } finally {
    await Promise.all(peers.map(({ close }) => close()));
  }
}

const community = { env: "HOSTILE_SECRET" };
const credentials = (random: Random): object =>
  random.pick<object>([
    { version: "2c", community },
    { version: "1", community: { file: "secret" } },
    {
      version: "3",
      user: "u",
      auth: { protocol: "sha", password: community },
      priv: { protocol: "aes", password: community },
    },
    { version: "3", user: "u" },
  ]);
