import type { Varbind } from "net-snmp";
import type { Evidence, SnmpEvidence } from "../model/outcome.ts";
import { printable } from "../wire/printable.ts";
import { type GetResult, type NetSnmp, askedObjects } from "./snmp-session.ts";

const descriptionCharacters = 120;
const firstLowerCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** What the variables of a response say; the first exception among them is the error status. */
export function readVariables(snmp: NetSnmp, variables: readonly Varbind[]): Omit<SnmpEvidence, "version"> {
  const find = (oid: string) => variables.find((variable) => variable.oid === oid && !snmp.isVarbindError(variable));
  const description = find(askedObjects.sysDescr)?.value;
  const objectId = find(askedObjects.sysObjectId)?.value;
  const upTime = find(askedObjects.sysUpTime)?.value;
  const exception = variables.find((variable) => snmp.isVarbindError(variable));
  return {
    ...(description instanceof Uint8Array || typeof description === "string"
      ? { sysDescr: printable(description, descriptionCharacters) }
      : {}),
    ...(typeof objectId === "string" ? { sysObjectId: objectId } : {}),
    ...(typeof upTime === "number" && Number.isInteger(upTime) && upTime >= 0 ? { sysUpTimeTicks: upTime } : {}),
    ...(exception === undefined
      ? {}
      : { errorStatus: firstLowerCase(snmp.ObjectType[exception.type ?? 0] ?? "unknown") }),
  };
}

/** An agent's answer that is not a response with variables, or an error of this side. */
export type ErrorReading =
  | { kind: "answer"; snmp: Omit<SnmpEvidence, "version">; evidence: Evidence }
  | { kind: "none" }
  | { kind: "failure"; detail: string };

/**
 * What an error of net-snmp means. Its messages may quote communities and digests, so only its codes are used, except
 * for errors of Node's own cryptography, which name algorithms only.
 */
export function readError(snmp: NetSnmp, { error }: Extract<GetResult, { kind: "error" }>): ErrorReading {
  if (error.name === "RequestTimedOutError") return { kind: "none" }; // missing from the type declarations
  if (error instanceof snmp.RequestFailedError) {
    const status = snmp.ErrorStatus[error.status] ?? "GeneralError";
    return { kind: "answer", snmp: { errorStatus: firstLowerCase(status) }, evidence: { replyMatches: true } };
  }
  if (error instanceof snmp.ResponseInvalidError) {
    const code = snmp.ResponseInvalidCode[error.code] ?? "unknown";
    return { kind: "answer", snmp: {}, evidence: { replyMatches: false, replySummary: `response not valid: ${code}` } };
  }
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return { kind: "failure", detail: `The SNMP request could not be built${code}` };
}
