import type { Evidence, SnmpEvidence } from "../../model/outcome.ts";
import { printable } from "../../model/printable.ts";
import { type SnmpVariable, askedObjects, errorStatuses, variableExceptions } from "../../wire/snmp/get.ts";
import type { GetResult, NetSnmp } from "./session.ts";

const descriptionCharacters = 120;

/** What the variables of a response say; the first exception among them is the error status. */
export function readVariables(variables: readonly SnmpVariable[]): Omit<SnmpEvidence, "version"> {
  const said: Omit<SnmpEvidence, "version"> = {};
  for (const { oid, type = 0, value } of variables) {
    const exception = variableExceptions[type];
    if (exception !== undefined) said.errorStatus ??= exception;
    else if (oid === askedObjects.sysDescr) {
      const isText = value instanceof Uint8Array || typeof value === "string";
      if (isText) said.sysDescr ??= printable(value, descriptionCharacters);
    } else if (oid === askedObjects.sysObjectId) {
      if (typeof value === "string") said.sysObjectId ??= value;
    } else if (oid === askedObjects.sysUpTime) {
      const isTicks = typeof value === "number" && Number.isInteger(value) && value >= 0;
      if (isTicks) said.sysUpTimeTicks ??= value;
    }
  }
  return said;
}

/** The name of the error status of a response; one that nobody defined is a general error. */
export const nameErrorStatus = (status: number): string => errorStatuses[status] ?? "generalError";

/** A response that carries our id and is none all the same; `code` is net-snmp's name for what is wrong with it. */
export const notValid = (code: string): Evidence => ({
  replyMatches: false,
  replySummary: `response not valid: ${code}`,
});

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
    return { kind: "answer", snmp: { errorStatus: nameErrorStatus(error.status) }, evidence: { replyMatches: true } };
  }
  if (error instanceof snmp.ResponseInvalidError) {
    return { kind: "answer", snmp: {}, evidence: notValid(snmp.ResponseInvalidCode[error.code] ?? "unknown") };
  }
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return { kind: "failure", detail: `The SNMP request could not be built${code}` };
}
