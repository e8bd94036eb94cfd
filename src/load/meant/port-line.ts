import type { Path } from "../yaml/place.ts";
import type { OtherKey } from "../yaml/unknown-key.ts";

const portKeys = ["port", "ports", "dport", "dst_port", "destination_port"];
const protocolKeys = ["protocol", "proto", "transport"];
/** The keys that other tools have for the port and the protocol of a requirement. */
export const portAndProtocolKeys: readonly string[] = [...portKeys, ...protocolKeys];

/**
 * What to write for `port: 443, protocol: tcp` in a requirement, which has the protocol as its key: `tcp: 443`. Of the
 * two keys only the first that stands there tells it.
 */
export function asPortLine(value: unknown, beside: Readonly<Record<string, unknown>>): OtherKey {
  const here = Object.keys(beside).filter((key) => portAndProtocolKeys.includes(key));
  const means = ["tcp", "udp", "icmp"];
  if (here.length > 1 && beside[here[0] ?? ""] !== value) return { means, end: undefined };
  const of = (keys: readonly string[]): unknown => beside[here.find((key) => keys.includes(key)) ?? ""];
  const { ports, protocol } = readPorts(of(portKeys));
  // A service is asked over TCP only.
  const usual = beside["service"] === undefined ? "" : "tcp";
  const named = String(of(protocolKeys) ?? protocol ?? usual).toLowerCase();
  const line =
    named === "icmp"
      ? "icmp: true"
      : named === "tcp" || named === "udp"
        ? `${named}: ${ports}`
        : `tcp: ${ports} or udp: ${ports}`;
  return { means, end: `; write ${line}` };
}

/** `443`, `[80, 443]`, `"80,443"`, `443/tcp`, `tcp/443`; `PORT` for anything else. */
function readPorts(written: unknown): { ports: string; protocol?: string | undefined } {
  const text = (Array.isArray(written) ? written.join(",") : String(written)).toLowerCase();
  const [, before, list, after] =
    /^(?:(tcp|udp)[/ :])?(\d{1,5}(?: *, *\d{1,5}){0,7})(?:[/ :](tcp|udp))?$/.exec(text) ?? [];
  if (list === undefined) return { ports: "PORT" };
  const all = list.split(/ *, */);
  return { ports: all.length === 1 ? list : `[${all.join(", ")}]`, protocol: before ?? after };
}

/** The line to write for a value of `tcp:` or `udp:` that is a port in other words; `undefined` where it names none. */
export function portValueLine(path: Path, value: unknown): string | undefined {
  const [section, , key] = path;
  if (section !== "requirements" || path.length !== 3 || (key !== "tcp" && key !== "udp")) return undefined;
  const [, first = 0, last = 0] = (/^(\d{1,5})-(\d{1,5})$/.exec(String(value)) ?? []).map(Number);
  if (first > 0 && last > first) return `${key}: [${first}, ${first + 1}, ...] with every port on its own`;
  const { ports } = readPorts(value);
  return ports === "PORT" ? undefined : `${key}: ${ports}`;
}
