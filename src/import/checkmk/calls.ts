import type { DraftCall } from "../draft/draft.ts";
import { isMap, type Literal, lookUp } from "../python/literal.ts";

/** Which special agents and active checks a topology can name. */
export interface KnownCalls {
  specialAgents: ReadonlySet<string>;
  activeChecks: ReadonlySet<string>;
}

/** Where a rule keeps the port that is called, and whether over TLS. Passwords stand beside them and are not read. */
const portKeys = ["port", "tcp_port"];
const protocolKeys = ["protocol", "proto", "tls", "ssl"];

const isPort = (value: Literal | undefined): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;

/** What a rule says of port and TLS, in the words of a topology. */
function settingsOf(value: Literal): { port?: number; tls?: boolean } {
  if (!isMap(value)) return {};
  const port = portKeys.map((key) => lookUp(value, key)).find(isPort);
  const tls = protocolKeys.map((key) => tlsOf(lookUp(value, key))).find((one) => one !== undefined);
  return { ...(port === undefined ? {} : { port }), ...(tls === undefined ? {} : { tls }) };
}

function tlsOf(value: Literal | undefined): boolean | undefined {
  const word = Array.isArray(value) ? (value as readonly Literal[])[0] : value;
  if (typeof word === "boolean") return word;
  if (word === "https" || word === "ssl" || word === "tls") return true;
  return word === "http" ? false : undefined;
}

/**
 * A rule of `special_agents:NAME` or `active_checks:NAME` as an entry of a host; `undefined` where the catalog does not
 * know it.
 */
export function callOf(ruleset: string, value: Literal, known: KnownCalls): DraftCall | undefined {
  const [kind = "", name = ""] = ruleset.split(":", 2);
  const names = kind === "special_agents" ? known.specialAgents : known.activeChecks;
  if (!names.has(name)) return undefined;
  const settings = settingsOf(value);
  return Object.keys(settings).length === 0 ? name : { [name]: settings };
}
