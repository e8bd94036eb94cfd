import type { ConnectOptions, Endpoint, PingRun, Route, Sockets } from "../sockets.ts";
import { farDatagrams } from "./datagrams.ts";
import type { Listening } from "../listening.ts";
import type { SendHop } from "../../model/run/walk.ts";
import type { Inspect } from "../../model/inspection.ts";
import { farHops } from "./hops.ts";
import { farInspection } from "./inspection.ts";
import { type FarListeningTalk, farListening } from "./listening.ts";
import { type FarMessage, readFarLine } from "./message.ts";
import type { FarNames, FarSubscriber } from "./subscriber.ts";
import { FarTcpSocket } from "./tcp-socket.ts";

/** Blank lines are harmless; an endless stream of them is not. */
const mostBlankLines = 1_000;
/** How long the worker may take to say that nothing more comes. */
const quietPatienceMs = 20_000;

/** What a talk needs of its surroundings. */
export interface FarTalkOptions {
  send: (line: string) => void;
  /** Whether the worker opens sockets for ICMP echo requests. */
  hasEcho?: boolean;
  /** A connection there may have a least time to live. */
  hasLeastTtl?: boolean;
  /** Datagram sockets there are told of every ICMP error, and nobody of its code. */
  hearsAnyCode?: boolean;
  /** The worker is on this machine. */
  isHere?: boolean;
  /** Called once, when the talk is over. */
  onBroken: () => void;
  quietPatienceMs?: number;
}

/** The talk with a worker that is nothing but sockets. */
export interface FarTalk {
  /** The sockets of one probe. */
  forProbe: () => Sockets;
  lookUp: (name: string, act: (found: FarNames) => void) => void;
  /** Ports of that machine; only for workers that can listen. */
  listening: Listening;
  /** One packet with few hops to live; only for workers that can send such. */
  sendHop: SendHop;
  /** What that machine says of itself; only for workers that can read it. */
  inspect: Inspect;
  /** Takes one line that the worker wrote; anything that no worker would say ends the talk. */
  hear(line: string | undefined): void;
  breakOff(cause: string): void;
  /** Resolves with the cause when the talk is over. */
  broken: Promise<string>;
}

/** A socket that a probe opened, and since when it has waited. */
interface Opened {
  id: number;
  sinceMs: number;
}

/** Opens the talk. Whatever the far side says, only what it was asked is answered by it. */
export function openFarTalk({
  send,
  hasEcho = true,
  hasLeastTtl = false,
  hearsAnyCode = false,
  isHere = false,
  onBroken,
  ...more
}: FarTalkOptions): FarTalk {
  const patienceMs = more.quietPatienceMs ?? quietPatienceMs;
  const open = new Map<number, FarSubscriber>();
  const hostTtls = new Map<string, Promise<number | undefined>>();
  let lastId = 0;
  let blankLines = 0;
  let isBroken = false;
  let say: (cause: string) => void = () => undefined;
  const broken = new Promise<string>((resolve) => (say = resolve));
  const breakOff = (cause: string) => {
    if (isBroken) return;
    isBroken = true;
    open.clear();
    say(cause);
    onBroken();
  };
  const order = (word: string, id: number, ...words: readonly (string | number)[]) => {
    if (!isBroken) send(`${[word, id, ...words].join(" ")}\n`);
  };

  /** Asks something that has one answer. */
  const askFor = (
    act: (answer: FarMessage) => void,
    wanted: FarMessage["kind"],
    word: string,
    ...words: readonly (string | number)[]
  ): void => {
    const id = ++lastId;
    open.set(id, {
      hear: (message) => {
        if (message.kind !== wanted && message.kind !== "error" && message.kind !== "nameless") return false;
        open.delete(id);
        act(message);
        return true;
      },
    });
    order(word, id, ...words);
  };
  const ask = (word: string, words: readonly (string | number)[], wanted: FarMessage["kind"]): Promise<FarMessage> =>
    new Promise((resolve) => askFor(resolve, wanted, word, ...words));

  const lookUp = (name: string, act: (found: FarNames) => void): void =>
    askFor(
      (answer) => {
        if (answer.kind === "names") act({ addresses: answer.addresses });
        else act(answer.kind === "nameless" ? answer : { code: "EAI_FAIL", detail: "" });
      },
      "names",
      "name",
      Buffer.from(name).toString("hex"),
    );

  const findRoute = async (address: string): Promise<Route> => {
    const answer = await ask("route", [address], "route");
    const errno = answer.kind === "route" ? answer.errno : "UNKNOWN";
    return errno === undefined
      ? { kind: "routed" }
      : { kind: failuresThere.has(errno) ? "unknown" : "unrouted", errno };
  };

  const runPing = async (address: string, seconds: number): Promise<PingRun> => {
    const answer = await ask("ping", [address, seconds], "ping");
    if (answer.kind === "ping") return { output: answer.output, exitCode: answer.exitCode };
    return { errno: answer.kind === "error" ? answer.errno : "UNKNOWN" };
  };

  const confirmQuiet = async (opened: readonly Opened[]): Promise<void> => {
    const nowMs = performance.now();
    const waited = opened
      .filter(({ id }) => open.has(id))
      .map(({ id, sinceMs }) => `${id}:${Math.ceil(nowMs - sinceMs)}`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => (timer = setTimeout(resolve, patienceMs, "late")));
    const first = await Promise.race([ask("quiet", waited, "quiet"), late, broken]);
    clearTimeout(timer);
    if (first === "late") breakOff(`the vantage point gave no answer within ${patienceMs} ms`);
    if (isBroken) throw new Error(await broken);
  };

  const forProbe = (): Sockets => {
    const opened: Opened[] = [];
    const enter = <Subscriber extends FarSubscriber>(
      make: (order: (word: string, ...more: readonly (string | number)[]) => void, forget: () => void) => Subscriber,
      word: string,
      ...words: readonly (string | number)[]
    ): Subscriber => {
      const id = ++lastId;
      const one = { id, sinceMs: performance.now() };
      opened.push(one);
      const subscriber = make(
        (word, ...words) => {
          if (word === "data") one.sinceMs = performance.now();
          order(word, id, ...words);
        },
        () => open.delete(id),
      );
      open.set(id, subscriber);
      order(word, id, ...words);
      return subscriber;
    };
    return {
      connect: ({ address, port }: Endpoint, { leastTtl }: ConnectOptions = {}) =>
        enter(
          (order, forget) => new FarTcpSocket(order, forget),
          "tcp",
          address,
          port,
          ...(leastTtl === undefined ? [] : [leastTtl]),
        ),
      openDatagram: ({ address, port }, mode, listener) =>
        enter(
          (order, forget) => farDatagrams(order, forget, listener, hearsAnyCode || undefined),
          "udp",
          address,
          port,
          mode,
        ),
      findRoute,
      far: {
        isElsewhere: !isHere,
        ...(hasLeastTtl ? { hostTtls } : {}),
        ...(hasEcho
          ? {
              openEcho: ({ address }, listener) =>
                enter((order, forget) => farDatagrams(order, forget, listener), "echo", address),
            }
          : {}),
        runPing,
        confirmQuiet: () => confirmQuiet(opened),
      },
    };
  };

  const hear = (line: string | undefined) => {
    if (isBroken || (line === "" && ++blankLines <= mostBlankLines)) return;
    const message = line === undefined ? undefined : readFarLine(line);
    if (message === undefined) return breakOff("the vantage point sent something that no worker says");
    if (message.kind === "failed") return breakOff(`the worker at the vantage point failed: ${message.detail}`);
    // What was closed here meanwhile may still be told of; what was never opened is forged.
    const isForged = message.id > lastId;
    if (isForged || open.get(message.id)?.hear(message) === false)
      breakOff("the vantage point answered what it was not asked");
  };

  const enterAlone: FarListeningTalk["enter"] = (make, word, ...words) => {
    const id = ++lastId;
    open.set(
      id,
      make(
        (word, ...words) => order(word, id, ...words),
        () => open.delete(id),
      ),
    );
    order(word, id, ...words);
  };
  const listening = farListening({ enter: enterAlone, ask, lookUp, broken });
  const inspect = farInspection({ enter: enterAlone, broken });
  return { forProbe, lookUp, listening, sendHop: farHops({ ask, broken }), inspect, hear, breakOff, broken };
}

const failuresThere = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRINUSE", "EAGAIN", "UNKNOWN"]);
