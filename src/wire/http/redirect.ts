import { printable } from "../../model/text/printable.ts";

/** Where a page was asked for. `hosts` are the names and addresses by which that machine is known. */
export interface AskedAt {
  scheme: "http" | "https";
  hosts: readonly string[];
  port: number;
  path: string;
}

/**
 * Where an answer sends its client: to the same machine, to another one, or to nothing that a web client follows.
 * `shown` is safe to print and has neither login nor query.
 */
export type Redirect =
  | { kind: "here"; scheme: "http" | "https"; port: number; path: string; shown: string }
  | { kind: "elsewhere"; url: string; shown: string }
  | { kind: "nowhere"; shown: string };

/**
 * As many as the agent controller's web client follows
 * (docs/notes/receiver-registration.md#the-web-client-redirects-proxies-time).
 */
export const mostRedirects = 10;

/** The status codes that web clients follow with a GET (RFC 9110 §15.4); 300 and 304 are none of them. */
const followed = new Set([301, 302, 303, 307, 308]);
const mostCharacters = 80;

/** Reads a redirect; undefined if the answer is none. Never throws. */
export function readRedirect(status: number, location: string | undefined, at: AskedAt): Redirect | undefined {
  if (!followed.has(status) || location === undefined) return undefined;
  const base = `${at.scheme}://${bracketed(at.hosts[0] ?? "localhost")}:${at.port}${at.path}`;
  const target = URL.canParse(location, base) ? new URL(location, base) : undefined;
  const scheme = target?.protocol.slice(0, -1);
  if (target === undefined || (scheme !== "http" && scheme !== "https")) {
    return { kind: "nowhere", shown: printable(location, mostCharacters) };
  }
  const shown = printable(`${target.origin}${target.pathname}`, mostCharacters);
  const host = plainHost(target.hostname);
  if (target.port === "0") return { kind: "nowhere", shown };
  if (!at.hosts.some((one) => plainHost(one) === host)) return { kind: "elsewhere", url: wholeUrl(target), shown };
  const port = portOf(target);
  return { kind: "here", scheme, port, path: `${target.pathname}${target.search}`, shown };
}

/** What a web client asks for: without login and fragment. */
const wholeUrl = ({ origin, pathname, search }: URL): string => `${origin}${pathname}${search}`;

/** The port of a web address, written or not. */
export const portOf = ({ protocol, port }: URL): number =>
  port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);

/** An IPv6 address is in brackets, without its zone. */
const bracketed = (host: string): string => (host.includes(":") ? `[${host.replace(/%.*$/, "")}]` : host);

const plainHost = (host: string): string =>
  host
    .toLowerCase()
    .replaceAll(/^\[|%.*$|\]$/g, "")
    .replace(/\.$/, "");
