import type { ProbeSpec, SnmpCredentials, Task } from "../model/task.ts";
import { type Order, parseObject } from "./protocol.ts";

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isOptionalText = (value: unknown) => value === undefined || isText(value);
const isPort = (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;

const authProtocols = ["md5", "sha", "sha224", "sha256", "sha384", "sha512"];
const privProtocols = ["des", "aes", "aes256b", "aes256r"];
const isSecret = (value: unknown, protocols: readonly string[]) =>
  value === undefined ||
  (isObject(value) && isText(value["protocol"]) && protocols.includes(value["protocol"]) && isText(value["password"]));

const credentialsFit: Record<SnmpCredentials["version"], (credentials: Fields) => boolean> = {
  "1": ({ community }) => isText(community),
  "2c": ({ community }) => isText(community),
  "3": ({ user, context, auth, priv }) =>
    isText(user) && isOptionalText(context) && isSecret(auth, authProtocols) && isSecret(priv, privProtocols),
};

const specFits: Record<ProbeSpec["kind"], (spec: Fields) => boolean> = {
  tcp: ({ port, request }) => isPort(port) && isOptionalText(request),
  udp: ({ port, payload }) => isPort(port) && ["empty", "dns", "ntp"].includes(payload as string),
  snmp: ({ port, credentials }) =>
    isPort(port) &&
    isObject(credentials) &&
    isText(credentials["version"]) &&
    Object.hasOwn(credentialsFit, credentials["version"]) &&
    credentialsFit[credentials["version"] as SnmpCredentials["version"]](credentials),
  icmp: () => true,
};

function isTask(value: unknown): value is Task {
  if (!isObject(value)) return false;
  const { id, target, timeoutMs, probe, careful, isOwnName } = value;
  if (!isText(id) || !isText(target) || target === "" || !isObject(probe)) return false;
  if (careful !== undefined && typeof careful !== "boolean") return false;
  if (isOwnName !== undefined && typeof isOwnName !== "boolean") return false;
  if (typeof timeoutMs !== "number" || !(timeoutMs > 0 && timeoutMs <= 0x7fff_ffff)) return false;
  return (
    isText(probe["kind"]) &&
    Object.hasOwn(specFits, probe["kind"]) &&
    specFits[probe["kind"] as ProbeSpec["kind"]](probe)
  );
}

/**
 * Reads one line that the worker was sent; `undefined` for anything that is not a complete order. Written by hand
 * because the worker is streamed to machines over slow lines: with zod it would be several times as long.
 */
export function readOrder(line: string): Order | undefined {
  const message = parseObject(line);
  if (message === undefined || !Number.isSafeInteger(message["id"])) return undefined;
  const id = message["id"] as number;
  if (message["type"] === "cancel") return { type: "cancel", id };
  if (message["type"] !== "probe" || !isTask(message["task"])) return undefined;
  return { type: "probe", id, task: message["task"] };
}
