import { setTimeout as pause } from "node:timers/promises";
import { readHop } from "../../diagnose/read-hop.ts";
import { distanceOf, isArrival, whereItDies, type Walked } from "../../diagnose/where-it-dies.ts";
import type { HopOrder, OtherPaths, SendHop, Step, Trace, Walk } from "../../model/run/walk.ts";
import { hopWaitMs, walk, type WalkAim } from "../../schedule/walk.ts";

/** What is asked over which port of the target; ICMP has none. */
export interface Question extends Pick<HopOrder, "protocol" | "bytes"> {
  port?: number | undefined;
}

/** A flow that is to be walked from where `send` sends. */
export interface TraceAim extends Question {
  address: string;
  /** Other ports of the target, and echo: the first that is answered is walked for comparison. */
  controls: readonly Question[];
  /** A second packet at the target could do harm there. */
  isCareful: boolean;
  sourcePort?: number | undefined;
  signal: AbortSignal;
}

/** Far enough for every way, and no more than usual. */
const farHops = 64;
const otherPorts = 8;
const betweenMs = 30;
const large = 1_500;
const headers = { 4: 28, 6: 48 } as const; // IP and UDP, or IP and ICMP
/** Where traceroute begins (docs/notes/tracing.md#large-packets). */
const traceroutePort = 33_434;

const read = (answer: Awaited<ReturnType<SendHop>>, aim: WalkAim): Omit<Step, "hops" | "sent"> | string =>
  readHop(answer, aim);

/** Walks a flow, and for comparison what is answered at the same address, and says where it dies. */
export async function traceFlow(aim: TraceAim, send: SendHop): Promise<Trace> {
  const { address, signal } = aim;
  const control = await walkControl(aim, send);
  const distance = distanceOf(control);
  if (aim.isCareful && aim.protocol === "udp" && distance === undefined) {
    const unsent =
      "a service may take each datagram for an event, and nothing else at the target answers, so it is not known where not to repeat it";
    return conclude({
      walk: { protocol: "udp", address, port: aim.port, steps: [], unsent },
      ...(control && { control }),
    });
  }
  const first = await walk({ ...aim, distance, isOnce: aim.isCareful && aim.protocol === "udp" }, send, read);
  const walked: Walked = { walk: first, ...(control && { control }) };
  const draft = whereItDies(walked);
  if (draft.kind === "lost" || draft.kind === "reset") {
    const otherPaths = aim.isCareful ? undefined : await tryOtherPorts(aim, walked, draft.last?.hops ?? 0, send);
    const next = draft.next;
    const mayLimit = draft.kind === "lost" && control !== undefined && next !== undefined && next.isTarget !== true;
    const controlHolds = mayLimit ? await stillAnswers(aim, control, next.hops, send) : undefined;
    return conclude({
      ...walked,
      ...(controlHolds === undefined ? {} : { controlHolds }),
      ...(otherPaths === undefined ? {} : { otherPaths }),
    });
  }
  if (draft.kind !== "arrives") return conclude(walked);
  const wide = await walkLarge({ address, signal, distance: distanceOf(first) ?? farHops }, send);
  return conclude({ ...walked, ...(wide && { large: wide }) });
}

const conclude = (walked: Walked): Trace => ({ ...walked, conclusion: whereItDies(walked) });

/** Asks one packet's worth. */
async function askOnce(
  { protocol, port, bytes, address }: Question & { address: string },
  hops: number,
  sourcePort: number,
  send: SendHop,
): Promise<Omit<Step, "hops" | "sent">> {
  const answer = await send({ protocol, address, port: port ?? 0, hops, sourcePort, waitMs: hopWaitMs, bytes });
  const found = readHop(answer, { address, protocol });
  return typeof found === "string" ? { answer: "none" } : found;
}

/** The walk to the first control that is answered; absent if none is. */
async function walkControl(aim: TraceAim, send: SendHop): Promise<Walk | undefined> {
  const { address, signal, controls } = aim;
  const asked = await Promise.all(
    controls.map(async (control, at) => {
      await pause(at * betweenMs, undefined, { signal }).catch(() => undefined);
      return signal.aborted
        ? false
        : isArrival({ hops: 1, sent: 1, ...(await askOnce({ ...control, address }, farHops, 0, send)) });
    }),
  );
  const control = controls.find((_, at) => asked[at]);
  return control === undefined ? undefined : walk({ ...control, address, signal }, send, read);
}

/** The same from other source ports: towards the target, and as far as the hop behind the last that replied. */
async function tryOtherPorts(
  aim: TraceAim,
  { control }: Walked,
  last: number,
  send: SendHop,
): Promise<OtherPaths | undefined> {
  if (aim.protocol === "icmp") return undefined;
  const distance = distanceOf(control);
  const isBeforeTarget = distance === undefined || last + 1 < distance;
  const own: Question & { address: string } = aim;
  const ofControl =
    control?.protocol === "tcp" ? { ...own, protocol: "tcp" as const, port: control.port, bytes: none } : undefined;
  const orders = Array.from({ length: otherPorts }, () => [
    { question: own, hops: farHops },
    ...(isBeforeTarget ? [{ question: own, hops: last + 1 }] : []),
    ...(isBeforeTarget && distance !== undefined && ofControl !== undefined
      ? [{ question: ofControl, hops: last + 1 }]
      : []),
  ]).flat();
  const answers = await Promise.all(
    orders.map(async ({ question, hops }, at) => {
      await pause(at * betweenMs, undefined, { signal: aim.signal }).catch(() => undefined);
      return aim.signal.aborted ? undefined : { hops, found: await askOnce(question, hops, 0, send) };
    }),
  );
  const far = answers.filter((one) => one?.hops === farHops);
  const met = answers.flatMap((one) =>
    one?.hops === last + 1 && one.found.answer === "expired" ? (one.found.from ?? []) : [],
  );
  return {
    asked: far.length,
    arrived: far.filter((one) => one !== undefined && isArrival({ ...one.found, hops: 1, sent: 1 })).length,
    met: [...new Set(met)].toSorted(),
  };
}
const none = new Uint8Array(0);

/** Whether the control is still answered where the flow was lost, so that the silence there means something. */
async function stillAnswers(aim: TraceAim, control: Walk, hops: number, send: SendHop): Promise<boolean> {
  const { protocol, port, sourcePort = 0 } = control;
  const bytes = aim.controls.find((one) => one.protocol === protocol && one.port === port)?.bytes ?? none;
  const found = await askOnce({ protocol, port, bytes, address: aim.address }, hops, sourcePort, send);
  return found.answer === "expired";
}

/** Walks with packets of the usual size of a link, by echo or else as traceroute does, if small ones are answered so. */
async function walkLarge(
  { address, signal, distance }: { address: string; signal: AbortSignal; distance: number },
  send: SendHop,
): Promise<Walk | undefined> {
  const fill = large - headers[address.includes(":") ? 6 : 4];
  for (const one of [{ protocol: "icmp" as const }, { protocol: "udp" as const, port: traceroutePort }]) {
    const small = await askOnce({ ...one, address, bytes: new Uint8Array(12) }, farHops, 0, send);
    if (!isArrival({ hops: 1, sent: 1, ...small })) continue;
    const aim = { ...one, address, bytes: new Uint8Array(fill), packetBytes: large, distance, signal };
    const whole = await askOnce(aim, farHops, 0, send);
    if (isArrival({ hops: distance, sent: 1, ...whole }))
      return { ...labelOf(aim), steps: [{ hops: distance, sent: 1, ...whole }] };
    return walk(aim, send, read);
  }
  return undefined;
}

const labelOf = ({ protocol, address, port, packetBytes }: WalkAim): Omit<Walk, "steps"> => ({
  protocol,
  address,
  ...(port === undefined ? {} : { port }),
  ...(packetBytes === undefined ? {} : { packetBytes }),
});
