import { existsSync, readFileSync } from "node:fs";
import { hostOf, topologyOf } from "../../cli/topology.ts";
import { says } from "../../cases/peer-behaviour.ts";
import { listenForDatagrams } from "../datagram-peers.ts";
import { socketManners, socketsQuote, tellNothing } from "../far/socket-manners.ts";
import { someFormats } from "../formats.ts";
import type { Kind } from "../kinds.ts";
import { listen } from "../tcp-peers.ts";
import { readRecord, type Trial } from "../trial.ts";

const farSidesOfTrial = 10;

/**
 * Vantage points whose far sides speak the language of workers that are nothing but sockets. What they say must decide
 * nothing but their own flows; one that says nothing of its flows must not be taken for a silent network; and only the one
 * that asks the device may hear its secret.
 */
export const farSocketsKind: Kind = { cases: "a malicious worker that only opens sockets", run };

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  const [ssh, agent, gone] = await Promise.all([
    listen(says("SSH-2.0-x\r\n")),
    listenForDatagrams({ words: "", mayProve: false, reply: () => undefined }),
    listen(() => undefined),
  ]);
  await gone.close();
  const far = Array.from({ length: farSidesOfTrial }, (_, at) => {
    const from = at === 0 && random.chance(0.7) ? socketsQuote : socketManners; // the first one gets the secret
    return { name: `far${at}`, manner: random.pick(Object.keys(from)), heard: `heard${at}` };
  });
  const honest = ["cmk", "honest"];
  const [server, ...hosts] = far;
  const requirements = [...honest, ...far.map(({ name }) => name)].flatMap((from) => [
    { from, to: "web01", tcp: ssh.port, service: "ssh" },
    { from, to: "web01", tcp: gone.port, service: "none" },
    ...(honest.includes(from)
      ? []
      : [
          { from, to: "web01", udp: agent.port },
          { from, to: "named", tcp: ssh.port },
        ]),
  ]);
  const device = hostOf("device", {
    snmp: { version: "2c", community: { env: "HOSTILE_SECRET" } },
    ports: { snmp: agent.port },
  });
  const behind = ({ name, manner, heard }: (typeof far)[number]): [string, object] => [
    name,
    { exec: [process.execPath, trial.farSide, manner, String(random.int(1e9)), trial.path(heard)] },
  ];
  trial.mayLeave(...far.map(({ heard }) => heard));
  trial.write(
    "t.json",
    topologyOf(requirements, {
      server: { name: server?.name, address: "127.0.0.1", sites: [{ name: "main" }] },
      hosts: [
        ...["cmk", "honest", "web01", ...hosts.map(({ name }) => name)].map((name) => hostOf(name)),
        hostOf("named", { address: "localhost" }),
        device,
      ],
      vantages: Object.fromEntries([["cmk", "local"], ["honest", { exec: ["env"] }], ...far.map(behind)]),
    }),
  );
  try {
    const { args, reports } = someFormats(random);
    await trial.run(["check", "t.json", "--timeout", "500ms", ...args], {
      reports,
      codes: [0, 1, 3],
      onTerminal: random.chance(0.25),
    });
  } finally {
    await Promise.all([ssh.close(), agent.close()]);
  }
  const wanted = { [ssh.port]: "pass", [gone.port]: "fail" };
  const beside = `beside ${far.map(({ manner }) => manner).join(", ")}`;
  for (const { from, protocol, port, verdict, reason } of readRecord(trial, "run.json")?.results ?? []) {
    const about = `${from} to port ${port}: ${verdict} ${reason}`;
    const complain = (text: string): void => trial.complain({ fault: "false verdict", text: `${about}, ${text}` });
    if (honest.includes(from) && protocol === "tcp" && port !== undefined && (wanted[port] ?? verdict) !== verdict)
      complain(beside);
    const { manner = "" } = far.find(({ name }) => name === from) ?? {};
    if (Object.hasOwn(tellNothing, manner) && verdict !== "error") complain(`though ${manner} said nothing of it`);
  }
  for (const { name, manner, heard } of hosts) {
    if (!existsSync(trial.path(heard))) continue; // it was not started
    const bytes = readFileSync(trial.path(heard));
    if ([trial.canary, Buffer.from(trial.canary).toString("hex")].some((secret) => bytes.includes(secret)))
      trial.complain({ fault: "secret", text: `${name} (${manner}) was given what is not for it` });
  }
  trial.count(far.length);
}
