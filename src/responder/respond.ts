import { createHmac } from "node:crypto";
import { readIpLiteral } from "../model/address/ip-literal.ts";
import type { PlaceState, RespondOrder, ResponderEvent, ResponderPlace } from "../model/run/responder.ts";
import type { Form, Holding, Incoming, ListenAt, Listening } from "../sockets/listening.ts";
import { readSocketTable } from "../wire/ip/socket-table.ts";
import {
  type Hmac,
  asHex,
  decodeRequest,
  encodeAnswer,
  fromHex,
  probeKey,
  requestLength,
  tokenWord,
} from "../wire/responder/token.ts";
import { limitRate, rememberNonces } from "./bounds.ts";
import { countDatagrams } from "./count-datagrams.ts";
import { holdersOf } from "./holders.ts";
import { keepsRoot, rootStays } from "./nobody.ts";
import { watchTables } from "./watch-tables.ts";

/** A responder at work. */
export interface Responder {
  /** Gives everything back and resolves when that is done. */
  stop(): Promise<void>;
  /** Resolves when everything is given back, whatever ended it. */
  ended: Promise<void>;
}

const hmac: Hmac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();
const form: Form = { word: tokenWord, length: requestLength };
/** What is told of arrivals at most; a run has no more probes than this by far. */
const mostArrivals = 200_000;
/** Names are looked up and ports opened so many at a time. */
const openedAtOnce = 64;

const stateOf: Readonly<Record<string, PlaceState>> = {
  EADDRINUSE: "in-use",
  EADDRNOTAVAIL: "not-here",
  EACCES: "not-allowed",
  EPERM: "not-allowed",
};

/**
 * The far end of probes: takes the ports that are free, answers the requests that prove themselves with a key of this
 * run, and tells of each that arrived. To everything else it says nothing. What somebody else holds is left alone.
 * `onEvent` is told of each port, then `ready`, then of arrivals, and in the end `ended`.
 */
export function respond(
  order: RespondOrder,
  listening: Listening,
  onEvent: (event: ResponderEvent) => void,
  nowMs: () => number = () => performance.now(),
): Responder {
  const key = fromHex(order.key);
  const mayAnswer = limitRate(nowMs);
  const isNew = rememberNonces();
  const holdings = new Map<string, Holding>();
  let told = 0;
  let isOver = false;
  const tell = (event: ResponderEvent) => {
    if (isOver || (event.kind === "arrival" && ++told > mostArrivals)) return;
    onEvent(event);
  };

  const hear = (at: ListenAt, incoming: Incoming, onArrived: (tag: string) => void) => {
    const request = decodeRequest(hmac, key, at.protocol, incoming.bytes);
    // A request that was there before is somebody's copy; both get the silence that everything else gets.
    if (request === undefined || !isNew(asHex(request.nonce)) || !mayAnswer(incoming.from))
      return incoming.answer(undefined);
    const { from, fromPort, ttl } = incoming;
    const { transport, nonce } = request;
    const answer = { transport, from, fromPort, ttl: ttl ?? 0, nonce };
    incoming.answer(encodeAnswer(hmac, probeKey(hmac, key, request.tag), answer));
    const tag = asHex(request.tag);
    tell({
      kind: "arrival",
      arrival: {
        at: new Date(incoming.clockMs).toISOString(),
        how: "token",
        ...at,
        from,
        fromPort,
        ...(ttl === undefined ? {} : { ttl }),
        tag,
        ...(request.address === at.address.replace(/%.*$/, "") ? {} : { askedAddress: request.address }),
        ...(request.port === at.port ? {} : { askedPort: request.port }),
      },
    });
    onArrived(tag);
  };

  const openOne = async (at: ListenAt, asked: string, releaseAfter: readonly string[] | undefined) => {
    const id = `${at.protocol} ${at.address} ${at.port}`;
    if (isOver || holdings.has(id)) return undefined;
    const left = new Set(releaseAfter);
    const place = { ...at, asked };
    const opened = await listening.open(at, form, order.forMs, (incoming) =>
      hear(at, incoming, (tag) => {
        if (!left.delete(tag) || left.size > 0) return;
        holdings.get(id)?.close();
        holdings.delete(id);
        tell({ kind: "place", place: { ...place, state: "released" } });
      }),
    );
    if ("errno" in opened && opened.errno === keepsRoot) finish(rootStays);
    if ("errno" in opened) return { ...place, state: stateOf[opened.errno] ?? "failed", errno: opened.errno };
    if (isOver || order.looksOnly === true) opened.close();
    else holdings.set(id, opened);
    return { ...place, state: "held" as const };
  };

  const openAll = async (): Promise<ResponderPlace[]> => {
    const places: ResponderPlace[] = [];
    const waiting = [...order.places];
    const worker = async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        if (isOver) return;
        const { protocol, address: asked, port, releaseAfter } = one;
        const addresses = readIpLiteral(asked) === undefined ? await listening.resolve(asked) : [asked];
        if (addresses.length === 0)
          places.push({ protocol, asked, address: asked, port, state: "failed", errno: "ENOTFOUND" });
        for (const address of addresses) {
          const place = await openOne({ protocol, address, port }, asked, releaseAfter);
          if (place !== undefined) places.push(place);
        }
      }
    };
    await Promise.all(Array.from({ length: openedAtOnce }, worker));
    return places;
  };

  /** Programs are looked for only where somebody holds one of the ports: that takes long on a busy machine. */
  const readTable = async (places: readonly ResponderPlace[], ports: readonly number[]) => {
    const table = readSocketTable(await listening.readTables(ports, false));
    if (!places.some((place) => holdersOf(place, table).boundTo !== undefined)) return table;
    return readSocketTable(await listening.readTables(ports, true));
  };

  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let stopWatching: () => void = () => undefined;
  let stopCounting: () => void = () => undefined;
  const finish = (detail?: string) => {
    if (isOver) return;
    tell({ kind: "ended", ...(detail === undefined ? {} : { detail }) });
    isOver = true;
    clearTimeout(timer);
    stopWatching();
    stopCounting();
    for (const holding of holdings.values()) holding.close();
    holdings.clear();
    end();
  };
  const timer = setTimeout(() => finish("its time is over"), order.forMs);

  const begin = async () => {
    const places = await openAll();
    const ports = [...new Set(places.map(({ port }) => port))];
    const table = await readTable(places, ports);
    for (const place of places) tell({ kind: "place", place: { ...place, ...holdersOf(place, table) } });
    if (order.watchEveryMs !== undefined && table.isReadable && !isOver)
      stopWatching = watchTables({ places, table, everyMs: order.watchEveryMs }, listening, tell);
    tell({ kind: "ready" });
    if (order.counts !== undefined && !isOver) stopCounting = countDatagrams(order.counts, listening, tell);
  };
  void listening.broken?.then(finish);
  void begin().catch((error: unknown) => finish(error instanceof Error ? error.message : String(error)));
  return {
    stop: () => {
      finish();
      return ended;
    },
    ended,
  };
}
