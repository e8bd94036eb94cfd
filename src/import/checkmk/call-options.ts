import { addressOf } from "../draft/names.ts";
import { isMap, type Literal, type LiteralMap, lookUp } from "../python/literal.ts";

/** What a rule says of one connection, in a topology's words; `macro` is a text that only Checkmk can fill in. */
export interface CallOptions {
  port?: number;
  tls?: boolean;
  address?: string;
  type?: string;
  macro?: string;
}

/** Keys of rules. Passwords stand beside them and are not read. */
const portKeys = ["port", "tcp_port"];
const tlsKeys = ["protocol", "proto", "tls", "ssl"];
const addressKeys = [
  "instance",
  "servername",
  "server",
  "hostname",
  "host_address",
  "address",
  "ip_address",
  "connection",
];

const isPort = (value: Literal | undefined): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
const listOf = (value: Literal | undefined): readonly Literal[] =>
  Array.isArray(value) ? (value as readonly Literal[]) : [];

/** The connections that a rule configures; most rules configure one. */
export function optionsOf(name: string, value: Literal): CallOptions[] {
  if (name === "httpv2") {
    const common = lookUp(value, "standard_settings");
    const urls = listOf(lookUp(value, "endpoints")).map((endpoint) => lookUp(endpoint, "url"));
    return urls.map((url) => ({ ...plainOptions(common), ...ofText(url) }));
  }
  if (name === "cert") {
    const usual = plainOptions(lookUp(value, "standard_settings"));
    return listOf(lookUp(value, "connections")).map((one) => ({ ...usual, ...plainOptions(one) }));
  }
  if (name === "http") return [httpOptions(value)];
  const [first, second] = listOf(value);
  if (isPort(first)) return [{ ...(second === undefined ? {} : plainOptions(second)), port: first }]; // as 2.2 has them
  const dbms = lookUp(value, "dbms");
  return [{ ...plainOptions(value), ...(name === "sql" && typeof dbms === "string" ? { type: dbms } : {}) }];
}

/** check_http: a virtual host, maybe at another address, and TLS for certificates and where `ssl` says so. */
function httpOptions(value: Literal): CallOptions {
  const direct = lookUp(value, "host", "address");
  const text = lookUp(direct, 1);
  const port = lookUp(value, "host", "port");
  const mode = lookUp(value, "mode", 0);
  const hasTls = mode === "cert" || lookUp(value, "mode", 1, "ssl") !== undefined;
  return {
    ...(typeof text === "string" && lookUp(direct, 0) === "direct" ? ofText(text) : {}),
    ...(isPort(port) ? { port } : {}),
    ...(hasTls ? { tls: true } : {}),
  };
}

function plainOptions(value: Literal | undefined): CallOptions {
  if (!isMap(value)) return {};
  const port = portKeys.map((key) => unwrapped(value.get(key))).find(isPort);
  const tls = tlsKeys.map((key) => tlsOf(value.get(key))).find((one) => one !== undefined);
  return {
    ...addressIn(value),
    ...(port === undefined ? {} : { port }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function addressIn(value: LiteralMap): CallOptions {
  const texts = addressKeys.map((key) => unwrapped(value.get(key)));
  const found = texts.find((text): text is string => typeof text === "string" && text !== "");
  return found === undefined ? {} : ofText(found);
}

/** Choices are tuples of their name and their value. */
const unwrapped = (value: Literal | undefined): Literal | undefined =>
  typeof lookUp(value, 0) === "string" ? lookUp(value, 1) : value;

function tlsOf(value: Literal | undefined): boolean | undefined {
  const word = lookUp(value, 0) ?? value;
  if (typeof word === "boolean") return word;
  if (word === "https" || word === "ssl" || word === "tls") return true;
  return word === "http" ? false : undefined;
}

/** An address, with or without a port, or a URL; the host's own address has nothing to say. */
export function ofText(value: Literal | undefined): CallOptions {
  if (typeof value !== "string" || /^\$_?HOST(?:ADDRESS|_ADDRESS_4|_ADDRESS_6|NAME)\$$/.test(value)) return {};
  const text = value.replaceAll(/\$HOST(?:ADDRESS|NAME)\$/g, "own-host.invalid");
  if (text.includes("$")) return { macro: value };
  const url = /^[a-z]+:\/\//i.test(text) ? text : `any://${text}`;
  if (!URL.canParse(url)) return { macro: value };
  const { protocol, hostname, port } = new URL(url);
  const address = addressOf(hostname.replaceAll(/^\[|\]$/g, ""));
  if (address === undefined) return { macro: value };
  const scheme = protocol.replace(":", "");
  return {
    ...(address === "own-host.invalid" ? {} : { address }),
    ...(port === "" ? {} : { port: Number(port) }),
    ...(scheme === "https" || scheme === "http" ? { tls: scheme === "https" } : {}),
  };
}
