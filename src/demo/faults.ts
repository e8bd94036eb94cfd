/** One deliberate fault of the demo lab. */
export interface Fault {
  title: string;
  /** What is broken, how it shows and what it teaches. */
  sentence: string;
  /** Ids of the flows on which it shows. */
  flows: readonly string[];
}

/** The ports that the faults need to name their flows. */
export interface FaultPorts {
  closedAgent: number;
  strictAgent: number;
  switchSnmp: number;
  labReceiver: number;
  otherReceiver: number;
  license: { address: string; port: number };
  openLivestatus: number;
}

/** The faults of the lab, in the order of the document's sections. */
export function listFaults(ports: FaultPorts): readonly Fault[] {
  const { closedAgent, strictAgent, switchSnmp, labReceiver, otherReceiver, license, openLivestatus } = ports;
  return [
    {
      title: "web02: the agent does not listen",
      sentence:
        "Nothing listens on the agent port of web02, so the machine itself refuses the connection at once: " +
        "an agent controller that was never registered opens no port.",
      flows: [`2.1/agent/muc->web02/tcp/${closedAgent}`],
    },
    {
      title: "win01: the agent drops the server",
      sentence:
        "The agent of win01 accepts the connection and closes it without a byte, because the server is not among " +
        "the addresses that it allows. A TCP handshake alone would look perfect.",
      flows: [`2.1/agent/cmk->win01/tcp/${strictAgent}`],
    },
    {
      title: "sw01: the topology has the wrong SNMP community",
      sentence:
        "The switch does not answer the community that the topology names, but it answers SNMPv3 discovery, " +
        "which needs no credentials: the path is open, the community is wrong.",
      flows: [`2.1/snmp/cmk->sw01/udp/${switchSnmp}`],
    },
    {
      title: "cmk: the agent receiver of the second site is cut off",
      sentence:
        "Packets to the agent receiver of site lab get no answer at all, as behind a firewall that drops them, " +
        "so win01 cannot register, while the receiver of site main beside it answers.",
      flows: [`2.2/agent-registration/win01->cmk/tcp/${labReceiver}`],
    },
    {
      title: "muc: another site answers on the port of the agent receiver",
      sentence:
        "On the port that is written down for site muc the receiver of site muc_test answers. TCP and TLS are " +
        "fine, yet web02 cannot register: the certificate names the site that is really there.",
      flows: [`2.2/agent-registration/web02->muc/tcp/${otherReceiver}`],
    },
    {
      title: "cmk: TLS to the license server is inspected",
      sentence:
        "Something on the way ends the TLS connection and shows a certificate of its own authority. The port " +
        "is open, but the server must not trust what answers there.",
      flows: [`7/license/cmk->${license.address}/tcp/${license.port}`],
    },
    {
      title: "cmk: a port is open that must be blocked",
      sentence:
        "The topology says that hosts must not reach Livestatus on the server, because it hands out the whole " +
        "monitoring without a login, yet web01 can connect to it.",
      flows: [`extra/no-livestatus/web01->cmk/tcp/${openLivestatus}`],
    },
  ];
}
