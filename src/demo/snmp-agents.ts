import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import snmp from "net-snmp";
import { claimPort, openOnEach, type Service } from "./service.ts";
import { closeSocket } from "./udp-services.ts";

/** Who may ask an agent: a community (v1 and v2c) or a v3 user with SHA and AES. */
export type Access = { community: string } | { user: string; authPassword: string; privPassword: string };

/** Opens an SNMP agent with the three scalars of the system group that Checkmk asks for (RFC 3418 §2). */
export async function serveSnmp(
  address: string,
  wanted: number,
  description: string,
  access: Access,
): Promise<Service> {
  return claimPort(wanted, async (port) =>
    openOnEach([address], port, async () => {
      const { agent, socket } = createAgent(address, port);
      try {
        await once(socket, "listening");
      } catch (error) {
        socket.close();
        throw error;
      }
      grant(agent, access);
      describe(agent, description);
      return { port, close: async () => closeSocket(socket) };
    }),
  );
}

/** net-snmp binds by itself and tells nobody when it is done, so the socket is watched from outside. */
function createAgent(address: string, port: number): { agent: Agent; socket: Socket } {
  const socket = createSocket("udp4");
  const options = {
    address,
    port,
    disableAuthorization: false,
    accessControlModelType: snmp.AccessControlModelType.None,
    dgramModule: { createSocket: () => socket },
  };
  // Called for every request. A request that is not authorised gets no answer: agents behave so (RFC 3418, snmpInBadCommunityNames).
  const agent = snmp.createAgent(options, () => undefined) as Agent;
  return { agent, socket };
}

interface Agent {
  getAuthorizer: () => { addCommunity: (name: string) => void; addUser: (user: object) => void };
  getMib: () => {
    registerProvider: (provider: object) => void;
    setScalarValue: (name: string, value: unknown) => void;
  };
}

function grant(agent: Agent, access: Access): void {
  const authorizer = agent.getAuthorizer();
  if ("community" in access) return authorizer.addCommunity(access.community);
  authorizer.addUser({
    name: access.user,
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols.sha,
    authKey: access.authPassword,
    privProtocol: snmp.PrivProtocols.aes,
    privKey: access.privPassword,
  });
}

function describe(agent: Agent, description: string): void {
  const { OctetString, OID, TimeTicks } = snmp.ObjectType;
  const scalars = [
    { name: "sysDescr", oid: "1.3.6.1.2.1.1.1", scalarType: OctetString, value: description },
    { name: "sysObjectID", oid: "1.3.6.1.2.1.1.2", scalarType: OID, value: "1.3.6.1.4.1.8072.3.2.10" },
    { name: "sysUpTime", oid: "1.3.6.1.2.1.1.3", scalarType: TimeTicks, value: 8_640_000 },
  ];
  for (const { name, oid, scalarType, value } of scalars) {
    agent.getMib().registerProvider({
      name,
      type: snmp.MibProviderType.Scalar,
      oid,
      scalarType,
      maxAccess: snmp.MaxAccess["read-only"],
    });
    agent.getMib().setScalarValue(name, value);
  }
}
