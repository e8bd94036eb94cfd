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
  switchSnmp: number;
  labReceiver: number;
  openLivestatus: number;
}

/** The four faults of the lab, in the order of the document's sections. */
export function listFaults({ closedAgent, switchSnmp, labReceiver, openLivestatus }: FaultPorts): readonly Fault[] {
  return [
    {
      title: "web02: the agent does not listen",
      sentence:
        "Nothing listens on the agent port of web02, so the machine itself refuses the connection at once: " +
        "an agent controller that was never registered opens no port.",
      flows: [`2.1/agent/muc->web02/tcp/${closedAgent}`],
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
      title: "cmk: a port is open that must be blocked",
      sentence:
        "The topology says that hosts must not reach Livestatus on the server, because it hands out the whole " +
        "monitoring without a login, yet web01 can connect to it.",
      flows: [`extra/no-livestatus/web01->cmk/tcp/${openLivestatus}`],
    },
  ];
}
