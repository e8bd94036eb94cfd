import type { Arrival, ResponderEvent, ResponderPlace } from "../model/run/responder.ts";
import type { Listening } from "../sockets/listening.ts";
import { listensAt } from "./holders.ts";
import { type SocketTable, type TableEntry, readSocketTable } from "../wire/ip/socket-table.ts";

/** Entries that are remembered, so that none is told twice. */
const mostKnown = 65_536;

/** So many half-open and open connections to one port are no probes of ours. */
const floodOfConnections = 64;

/** What is looked for, and how often. */
export interface Watching {
  places: readonly ResponderPlace[];
  /** What was there before the first probe. */
  table: SocketTable;
  everyMs: number;
}

/**
 * Reads the kernel's tables again and again and tells of each new entry about one of the places: a handshake that was
 * not completed, where the way back is blocked; and where a service listens, its connections and the datagrams that a
 * firewall of the machine tracks. Gives what ends it.
 */
export function watchTables(
  { places, table, everyMs }: Watching,
  listening: Pick<Listening, "readTables">,
  tell: (event: ResponderEvent) => void,
): () => void {
  const ports = [...new Set(places.map(({ port }) => port))];
  const watched = new Map(
    places
      .filter(({ state }) => state === "held" || state === "in-use")
      .map((place) => [keyOf(place.protocol, place.address.replace(/%.*$/, ""), place.port), place]),
  );
  const known = new Set(table.entries.map(idOf));
  const flooded = new Set<ResponderPlace>();
  const queues = new Map<ResponderPlace, Queue>();
  for (const place of watched.values()) {
    const waiting = waitingAt(place, table.entries);
    if (waiting !== undefined) queues.set(place, { fewest: waiting, hasWaited: false });
  }
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const { entries } = readSocketTable(await listening.readTables(ports, false));
    for (const place of floodedAmong(watched, entries)) {
      if (isOver || flooded.has(place)) continue;
      flooded.add(place);
      tell({ kind: "place", place: { ...place, isFlooded: true } });
    }
    for (const place of watched.values()) {
      const queue = queueOf(place, entries, queues.get(place));
      if (isOver || queue === undefined || queue === queues.get(place)) continue;
      queues.set(place, queue);
      const waiting = queue.fewest > 0 ? { waiting: queue.fewest } : {};
      tell({ kind: "place", place: { ...place, isFlooded: true, ...waiting } });
    }
    for (const entry of entries) {
      const place = watched.get(keyOf(entry.protocol, entry.local, entry.localPort));
      if (isOver || place === undefined || !isArrival(entry, place) || known.has(idOf(entry))) continue;
      if (known.size < mostKnown) known.add(idOf(entry));
      tell({ kind: "arrival", arrival: arrivalOf(entry, place) });
    }
    if (!isOver) timer = setTimeout(() => void look().catch(() => undefined), everyMs);
  };
  timer = setTimeout(() => void look().catch(() => undefined), everyMs);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Held ports to which more came than could be read. */
function floodedAmong(
  watched: ReadonlyMap<string, ResponderPlace>,
  entries: readonly TableEntry[],
): readonly ResponderPlace[] {
  const connections = new Map<ResponderPlace, number>();
  const flooded = new Set<ResponderPlace>();
  for (const { protocol, local, localPort, state, drops } of entries) {
    const place = watched.get(keyOf(protocol, local, localPort));
    if (place?.state !== "held") continue;
    if (drops > 0) flooded.add(place);
    if (protocol === "udp" || state === "listening") continue;
    const count = (connections.get(place) ?? 0) + 1;
    connections.set(place, count);
    if (count >= floodOfConnections) flooded.add(place);
  }
  return [...flooded];
}

/** What was seen of the queue of a service: how many waited at least, and whether that has been told. */
interface Queue {
  fewest: number;
  hasWaited: boolean;
}

/** Connections that wait to be accepted by the service that has a port of TCP; `undefined` where there is none. */
function waitingAt(
  { protocol, state, address, port }: ResponderPlace,
  entries: readonly TableEntry[],
): number | undefined {
  if (protocol !== "tcp" || state !== "in-use") return undefined;
  const isIts = (one: TableEntry): boolean =>
    one.protocol === "tcp" && one.localPort === port && listensAt(one, address);
  const all = entries.filter(isIts).map(({ waiting }) => waiting);
  return all.length === 0 ? undefined : Math.max(...all);
}

/** The queue after one more look: the same object where there is nothing to tell. */
function queueOf(place: ResponderPlace, entries: readonly TableEntry[], before: Queue | undefined): Queue | undefined {
  const waiting = waitingAt(place, entries);
  if (waiting === undefined || before === undefined) return before;
  if (waiting === 0 && !before.hasWaited) {
    before.fewest = 0;
    return before;
  }
  const fewest = Math.min(before.fewest, waiting);
  return before.hasWaited && fewest === before.fewest ? before : { fewest, hasWaited: true };
}

/** A responder knows of whole connections to itself; of those to a service the kernel alone does. */
const isArrival = ({ state, protocol }: TableEntry, place: ResponderPlace): boolean =>
  state === "handshake" ||
  (place.state === "in-use" && ((state === "connection" && protocol === "tcp") || state === "tracked"));

const keyOf = (protocol: string, address: string, port: number): string => `${protocol} ${address} ${port}`;
const idOf = ({ protocol, state, local, localPort, remote, remotePort }: TableEntry): string =>
  `${protocol} ${state} ${local} ${localPort} ${remote} ${remotePort}`;

const arrivalOf = (entry: TableEntry, { address }: ResponderPlace): Arrival => ({
  at: new Date().toISOString(),
  how: "kernel",
  protocol: entry.protocol,
  address,
  port: entry.localPort,
  from: entry.remote,
  fromPort: entry.remotePort,
  ...(entry.state === "listening" ? {} : { state: entry.state }),
});
