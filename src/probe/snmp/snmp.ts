import type { ProbeSpec } from "../../model/task.ts";
import type { Prober } from "../flight/prober.ts";
import { askWithCommunity } from "./community.ts";
import { askForEngine } from "./engine.ts";
import { askAsUser } from "./user.ts";

/**
 * SNMP: one GET of sysDescr.0, sysObjectID.0 and sysUpTime.0. After silence it is asked again from another port:
 *
 * - versions 1 and 2c first send the credential-free engine discovery of version 3. If that is answered, the path is
 *   open; a community is blamed only after the GET was repeated, once, because a wrong one may raise an alarm
 *   (docs/notes/snmp.md). Version 2c ends with one GET of version 1.
 * - version 3 is asked again only if nothing at all came back, so a wrong password is tried once and locks nobody out.
 *
 * An engine that answers discovery and nothing else is `open` with `discoveryOnly`; a Report is `open` with its name.
 * Without credentials discovery is all that is asked.
 */
export const probeSnmp: Prober<Extract<ProbeSpec, { kind: "snmp" }>> = ({ port, credentials }, context) => {
  switch (credentials.version) {
    case "3":
      return askAsUser(port, credentials, context);
    case "discovery":
      return askForEngine(port, context);
    default:
      return askWithCommunity(port, credentials, context);
  }
};
