import { chooseAddresses, type LabAddresses } from "./addresses.ts";
import { openCentral, openRemote } from "./checkmk-servers.ts";
import { listenOnly } from "./conversations.ts";
import { listFaults, type Fault } from "./faults.ts";
import { openCluster, openHosts, openOutgoing } from "./machines.ts";
import type { Keep, Service } from "./service.ts";
import { serveTcp } from "./tcp-services.ts";
import { renderTopology, secretNames, type LabPorts } from "./topology.ts";

export type { Fault };

/** A running demo lab. */
export interface Lab {
  /** The topology file, YAML, complete and commented. */
  topologyText: string;
  /** The environment variables that the topology names for its secrets. */
  env: Readonly<Record<string, string>>;
  /** What is broken on purpose; everything that is in neither list passes. */
  faults: readonly Fault[];
  /** Sound flows whose services never answer a stranger, so that nobody can prove them from outside. */
  unanswered: { sentence: string; flows: readonly string[] };
  /** Closes every socket and thread. Call it once. */
  close: () => Promise<void>;
}

/** Credentials of the lab. sw01 was given another community than the topology has: this is fault 3. */
const secrets = { authPassword: "demo-auth-password", privPassword: "demo-priv-password", community: "public" };
const communityOfSwitch = "campus-read";

/**
 * Starts a small Checkmk installation on loopback addresses and unprivileged ports, with real sockets and a few faults.
 * Needs no root and no network. Rejects if a listener cannot be opened or the signal comes; what was open by then is closed.
 * @param addresses of the machines; without them each gets one of its own, where this system has them
 */
export async function startLab(addresses?: LabAddresses, signal?: AbortSignal): Promise<Lab> {
  const opened: Service[] = [];
  const keep: Keep = async (opening) => {
    const service = await opening;
    opened.push(service);
    signal?.throwIfAborted();
    return service.port;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(async (service) => service.close()));
  };
  try {
    const address = addresses ?? (await chooseAddresses());
    const ports = await openAll(address, keep);
    return {
      topologyText: renderTopology(address, ports),
      env: {
        [secretNames.community]: secrets.community,
        [secretNames.authPassword]: secrets.authPassword,
        [secretNames.privPassword]: secrets.privPassword,
      },
      faults: listFaults({
        closedAgent: ports.agents.web02,
        strictAgent: ports.agents.win01,
        switchSnmp: ports.snmp.sw01,
        labReceiver: ports.cmk.receiverLab,
        otherReceiver: ports.muc.receiver,
        license: { address: address.license, port: ports.outgoing.license },
        openLivestatus: ports.cmk.livestatus,
      }),
      unanswered: listUnanswered(ports),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Opens everything. Fault 1: the agent port of web02 is held until no other service of the lab can take it, then closed.
 * It is the port of web01's agent, which stays open, so that no other lab on this machine wants it meanwhile.
 */
async function openAll(address: LabAddresses, keep: Keep): Promise<LabPorts> {
  const { agents, ...hosts } = await openHosts(address, keep, { ...secrets, communityOfSwitch });
  const closedAgent = await serveTcp([address.web02], agents.web01, listenOnly);
  try {
    const cmk = await openCentral(address, keep);
    const muc = await openRemote(address, keep);
    const cluster = await openCluster([address.node1, address.node2], keep);
    const outgoing = await openOutgoing(address, keep);
    return { cmk, muc, agents: { ...agents, web02: closedAgent.port }, ...hosts, cluster, outgoing };
  } finally {
    await closedAgent.close();
  }
}

function listUnanswered({ cmk, muc, cluster }: LabPorts): Lab["unanswered"] {
  const rings = [
    { id: "corosync-ring0", port: cluster.ring0 },
    { id: "corosync-ring1", port: cluster.ring1 },
  ];
  return {
    sentence:
      "Receivers of traps and syslog and the rings of Corosync take datagrams and never answer, here as in reality: " +
      "silence is all that a probe can see of them, so their verdict is unknown, not pass.",
    flows: [
      `2.2/snmp-trap/sw01->cmk/udp/${cmk.trap}`,
      ...["web02", "rtr01"].map((host) => `2.2/syslog-udp/${host}->muc/udp/${muc.syslogUdp}`),
      ...["node1->node2", "node2->node1"].flatMap((pair) => rings.map(({ id, port }) => `6/${id}/${pair}/udp/${port}`)),
    ],
  };
}
