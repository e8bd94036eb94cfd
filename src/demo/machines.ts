import type { LabAddresses } from "./addresses.ts";
import { inspectedCertificate } from "./certificates.ts";
import {
  answerHttp,
  answerLdap,
  answerSmtp,
  listenOnly,
  refuseStrangers,
  speakAndClose,
  speakFirst,
} from "./conversations.ts";
import type { Keep } from "./service.ts";
import { serveSnmp } from "./snmp-agents.ts";
import { serveTcp } from "./tcp-services.ts";
import type { LabPorts } from "./topology.ts";
import { answerDns, answerNtp, neverAnswer, serveUdp } from "./udp-services.ts";

/** What the hosts need to know to be asked. */
export interface HostSecrets {
  communityOfSwitch: string;
  authPassword: string;
  privPassword: string;
}

type HostPorts = Pick<LabPorts, "windowsChannel" | "snmp" | "database"> & { agents: Omit<LabPorts["agents"], "web02"> };

/** A controller with a pull connection says `16` before the TLS handshake; a legacy agent sends its text at once. */
const controller = speakFirst("16");
const legacyAgent = speakAndClose("<<<check_mk>>>\nVersion: 2.3.0\nAgentOS: linux\nHostname: db01\n");

/** Opens what listens on the hosts; on web02 nothing does. */
export async function openHosts(address: LabAddresses, keep: Keep, secrets: HostSecrets): Promise<HostPorts> {
  const { communityOfSwitch, authPassword, privPassword } = secrets;
  return {
    agents: {
      web01: await keep(serveTcp([address.web01], 26_556, controller)),
      db01: await keep(serveTcp([address.db01], 26_556, legacyAgent)),
      // Fault 2: `allowed_ip` does not name the server, so the controller accepts it and drops it without a byte.
      win01: await keep(serveTcp([address.win01], 26_556, speakAndClose(""))),
    },
    // An old Windows agent accepts its controller alone and drops everybody else without a byte.
    windowsChannel: await keep(serveTcp(address.loopback, 28_250, speakAndClose(""))),
    snmp: {
      sw01: await keep(serveSnmp(address.sw01, 20_161, "Demo switch", { community: communityOfSwitch })),
      rtr01: await keep(
        serveSnmp(address.rtr01, 20_161, "Demo router", { user: "monitor", authPassword, privPassword }),
      ),
    },
    database: await keep(serveTcp([address.db01], 25_432, listenOnly)),
  };
}

/** Opens the pair of appliances; both nodes use the same ports, as the topology has one number for both. */
export async function openCluster(nodes: readonly string[], keep: Keep): Promise<LabPorts["cluster"]> {
  return {
    pacemaker: await keep(serveTcp(nodes, 23_121, refuseStrangers)),
    ring0: await keep(serveUdp(nodes, 24_321, neverAnswer)),
    ring1: await keep(serveUdp(nodes, 24_323, neverAnswer)),
    drbd: await keep(serveTcp(nodes, 27_789, listenOnly)),
  };
}

/** Opens the services that the Checkmk server itself needs. Fault 6: somebody else ends the license server's TLS. */
export async function openOutgoing(address: LabAddresses, keep: Keep): Promise<LabPorts["outgoing"]> {
  const license = answerHttp(() => ({ status: "200 OK", body: "{}" }));
  return {
    dns: await keep(serveUdp([address.dns], 20_053, answerDns)),
    ntp: await keep(serveUdp([address.ntp], 20_123, answerNtp)),
    smtp: await keep(serveTcp([address.mail], 20_025, answerSmtp)),
    ldap: await keep(serveTcp([address.directory], 20_389, answerLdap)),
    license: await keep(
      serveTcp([address.license], 20_443, license, await inspectedCertificate("license.demo.invalid")),
    ),
  };
}
