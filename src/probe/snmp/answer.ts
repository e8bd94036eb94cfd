import type { Evidence, SnmpEvidence, SnmpObject } from "../../model/outcome.ts";
import { printable } from "../../model/text/printable.ts";
import {
  type SnmpMessage,
  type SnmpVariable,
  askedObjects,
  errorStatuses,
  variableExceptions,
} from "../../wire/snmp/get.ts";
import type { GetResult, NetSnmp } from "./session.ts";

const descriptionCharacters = 120;
const mostOidCharacters = 256;
const objects = Object.keys(askedObjects) as SnmpObject[];

/** What was said of the objects that were asked for. */
export type Said = Omit<SnmpEvidence, "version">;

/**
 * What the variables of a response say; the first exception among them is the error status. An object that is not among
 * them, that the agent has not, or whose value is none of its kind, is missing. `undefined` if there is nothing about
 * any object that was asked for: then it is no answer.
 */
function readVariables(variables: readonly SnmpVariable[]): Said | undefined {
  const said: Said = {};
  const missing: SnmpObject[] = [];
  let isAnswer = false;
  for (const name of objects) {
    const variable = variables.find(({ oid }) => oid === askedObjects[name]);
    const exception = variable === undefined ? undefined : variableExceptions[variable.type ?? 0];
    if (exception !== undefined) said.errorStatus ??= exception;
    const isThere = variable !== undefined && exception === undefined && take(name, variable.value, said);
    if (!isThere) missing.push(name);
    isAnswer ||= isThere || exception !== undefined;
  }
  if (!isAnswer) return undefined;
  return missing.length === 0 ? said : { ...said, missing };
}

/** Takes over a value; false if it is none of that object's kind. */
function take(name: SnmpObject, value: unknown, said: Said): boolean {
  switch (name) {
    case "sysDescr":
      if (typeof value !== "string" && !(value instanceof Uint8Array)) return false;
      said.sysDescr = printable(value, descriptionCharacters);
      return true;
    case "sysObjectId":
      if (!isOid(value)) return false;
      said.sysObjectId = value;
      return true;
    case "sysUpTime":
      if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return false;
      said.sysUpTimeTicks = value;
      return true;
  }
}

const isOid = (value: unknown): value is string =>
  typeof value === "string" && value.length <= mostOidCharacters && /^[0-2](?:\.\d{1,10})+$/.test(value);

/** The name of the error status of a response; one that nobody defined is a general error. */
const nameErrorStatus = (status: number): string => errorStatuses[status] ?? "generalError";

/** What an error status says; the index, from 1 on, names the object that it is about (RFC 3416 §4.2.1). */
function readErrorStatus(status: number, index: number): Said {
  const about = objects[index - 1];
  return { errorStatus: nameErrorStatus(status), ...(about === undefined ? {} : { missing: [about] }) };
}

/** A response that carries our id and is none all the same; `code` is net-snmp's name for what is wrong with it. */
const notValid = (code: string): Evidence => ({
  replyMatches: false,
  replySummary: `response not valid: ${code}`,
});

/** What an agent answered, and what kind of answer that is. */
export interface AnswerReading {
  snmp: Said;
  evidence: Evidence;
}

/** A response that is about the objects asked for, or the evidence that it is not. */
function readObjects(variables: readonly SnmpVariable[]): AnswerReading {
  const snmp = readVariables(variables);
  return snmp === undefined
    ? { snmp: {}, evidence: notValid("EReqResOidNoMatch") }
    : { snmp, evidence: { replyMatches: true } };
}

/** What a response to our GET says, which carries its id. */
export function readResponse(message: SnmpMessage, version: string, isOurCommunity: boolean): AnswerReading {
  if (message.version !== version) return { snmp: {}, evidence: notValid("EVersionNoMatch") };
  if (!isOurCommunity) return { snmp: {}, evidence: notValid("ECommunityNoMatch") };
  if (message.errorStatus <= 0) return readObjects(message.variables);
  return { snmp: readErrorStatus(message.errorStatus, message.errorIndex), evidence: { replyMatches: true } };
}

/** How a GET of net-snmp ended: an agent's answer, nothing, or an error of this side. */
export type ResultReading =
  | ({ kind: "answer" } & AnswerReading)
  | { kind: "none" }
  | { kind: "failure"; detail: string };

/**
 * What a result of net-snmp means. Its messages may quote communities and digests, so only its codes are used, except
 * for errors of Node's own cryptography, which name algorithms only.
 */
export function readResult(snmp: NetSnmp, result: GetResult): ResultReading {
  if (result.kind === "variables") return { kind: "answer", ...readObjects(result.variables) };
  const { error } = result;
  if (error.name === "RequestTimedOutError") return { kind: "none" }; // missing from the type declarations
  if (error instanceof snmp.RequestFailedError) {
    return { kind: "answer", snmp: readErrorStatus(error.status, 0), evidence: { replyMatches: true } };
  }
  if (error instanceof snmp.ResponseInvalidError) {
    return { kind: "answer", snmp: {}, evidence: notValid(snmp.ResponseInvalidCode[error.code] ?? "unknown") };
  }
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return { kind: "failure", detail: `The SNMP request could not be built${code}` };
}
