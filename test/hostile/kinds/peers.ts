import { tcpServiceNameSchema } from "../../../src/model/service.ts";
import { topologyOf } from "../../cli/topology.ts";
import type { Kind } from "../kinds.ts";
import { listen, randomManner } from "../tcp-peers.ts";
import { someFormats } from "../formats.ts";
import { readRecord, type Trial } from "../trial.ts";

const peersOfTrial = 40;
/** They take whatever speaks: that something did is all that they say. */
const easilyPleased = new Set(["any", "tls"]);

/**
 * TCP peers that are asked as some service each: noise, truncated and endless answers, drips, resets, other services'
 * answers, damaged ones and hostile text, some of them inside of TLS. None may be taken for what it did not speak.
 */
export const peersKind: Kind = { cases: "a peer that is probed as a service", run };

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const peers = await Promise.all(
    Array.from({ length: peersOfTrial }, async () => {
      const service = random.pick(tcpServiceNameSchema.options);
      const manner = randomManner(random);
      const inTls = random.chance(0.3);
      return { service, manner, inTls, ...(await listen(manner.behaviour, inTls)) };
    }),
  );
  try {
    const required = peers.map(({ port, service }) => ({ from: "server", to: "web01", tcp: port, service }));
    trial.write("t.json", topologyOf(required));
    const { args, reports } = someFormats(random);
    await trial.run(["check", "t.json", "--section", "extra", "--timeout", "600ms", ...args], {
      reports,
      codes: [0, 1, 3],
      onTerminal: random.chance(0.25),
    });
    const record = readRecord(trial, "run.json");
    for (const { port, service, manner, inTls } of peers) {
      const result = record?.results.find((one) => one.port === port);
      const words = `${service}: a peer that ${manner.words}${inTls ? " in TLS" : ""}`;
      if (record !== undefined && result === undefined) {
        trial.complain({ fault: "hidden failure", text: `no verdict on ${words}` });
      }
      const isBelieved = result?.verdict === "pass" && result.proof === "proven";
      if (!isBelieved || easilyPleased.has(service)) continue;
      const { mayProve } = manner;
      // What is said in plain text may prove a service, and inside of TLS its twin.
      if (
        mayProve === undefined ||
        [...mayProve].some((one) => service === one || (inTls && service === secureTwins[one]))
      )
        continue;
      trial.complain({ fault: "false verdict", text: `pass, proven (${result.reason}) for ${words}` });
    }
    trial.count(peers.length);
  } finally {
    await Promise.all(peers.map(({ close }) => close()));
  }
}

const secureTwins: Readonly<Record<string, string>> = {
  http: "https",
  "receiver-discovery-http": "receiver-discovery-https",
  livestatus: "livestatus",
};
