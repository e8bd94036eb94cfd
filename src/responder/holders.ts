import { isLoopback } from "../model/address/loopback.ts";
import type { ResponderPlace } from "../model/run/responder.ts";
import type { SocketTable, TableEntry } from "../wire/ip/socket-table.ts";

const most = 8;
const isWildcard = (address: string): boolean => address === "0.0.0.0" || address === "::";

/** True for a socket that takes what comes to an address. */
export const listensAt = ({ local, state }: TableEntry, address: string): boolean =>
  state === "listening" && (local === address.replace(/%.*$/, "") || isWildcard(local));

/**
 * Who listens on a port, and at which addresses. For a port that the responder holds these are others, on other
 * addresses of the machine: its own sockets are left out.
 */
export function holdersOf(
  { protocol, address, port, state }: ResponderPlace,
  { entries, names }: SocketTable,
): Pick<ResponderPlace, "holders" | "boundTo"> {
  const isHolder = (entry: TableEntry): boolean =>
    entry.protocol === protocol && entry.state === "listening" && entry.localPort === port;
  const all = entries.filter(isHolder);
  const bare = address.replace(/%.*$/, "");
  const others =
    state === "held"
      ? all.filter(({ local }) => isLoopback(local) && !isLoopback(bare))
      : all.filter(({ local }) => local === bare || isWildcard(local));
  if (others.length === 0 || (state !== "held" && state !== "in-use")) return {};
  const holders = [...new Set(others.flatMap(({ inode }) => names.get(inode) ?? []))].slice(0, most);
  const boundTo = [...new Set(others.map(({ local }) => local))].slice(0, most);
  return { ...(holders.length === 0 ? {} : { holders }), boundTo };
}
