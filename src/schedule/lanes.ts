import type { Agenda } from "./agenda.ts";
import { networkOf } from "./network-of.ts";
import { openQueue, type Queue } from "./queue.ts";

/** How much may be under way at once, and how fast it may start. */
export interface Limits {
  /** Probes under way in total. */
  concurrency: number;
  /** Probes under way from one vantage point to one target. */
  perTarget: number;
  /** Pause between two starts to one target, from whatever vantage point, in milliseconds. */
  perTargetGapMs: number;
  /**
   * Probes under way to one network, from whatever vantage point: a /24 of IPv4, a /64 of IPv6; default no limit. So a
   * router that has to look for many absent hosts gets their packets one after the other and not all at once.
   */
  perNetwork?: number | undefined;
  /**
   * A probe unanswered for so long gives its turn at the target and its network to the next one, as long as half of the
   * total limit is free, in milliseconds; default 250, `Infinity` for never. A host or network that drops everything
   * then costs about one deadline, not the sum of all, and still cannot take the slots that the others need.
   */
  perTargetPatienceMs?: number | undefined;
  /** Starts per second in total; left out: as fast as the other limits allow. */
  ratePerSecond?: number | undefined;
}

/** Starts work when its turn has come: in total, for its target, for its network, and by the rate. */
export interface Lanes {
  /** Lets work wait for its turn. It is started with a function that it calls when it is over. */
  enter(vantage: string, target: string, work: Work): void;
  /**
   * Halves the total limit, at most once per quarter of a second; for failures that come from too many sockets. Gives
   * the new limit, or `undefined` if it stays.
   */
  throttle(): number | undefined;
  /** Begins to start what waits; before that all targets can line up, so that they take turns from the first. */
  open(): void;
  /** Starts nothing any more. */
  close(): void;
}

/** What is started in its turn. */
export type Work = (leave: () => void) => void;

interface Lane {
  waiting: Queue<Work>;
  busy: number;
}
interface Network {
  busy: number;
  /** Targets whose turn has come, but not that of their network. */
  parked: Queue<Target>;
}
interface Target {
  /** By vantage point. */
  lanes: Map<string, Lane>;
  network: Network | undefined;
  /** True while it rests, is parked by its network, or is about to start its next work. */
  isOffered: boolean;
  restsUntil: number;
}

const throttleEveryMs = 250;
const smallestConcurrency = 4;
/** So many starts in one turn of the event loop: answers are read in between, before they pile up. */
const startsPerTurn = 32;
const now = () => performance.now();

/**
 * Opens the lanes of one run. Targets stand in one queue, each at most once, so slots go round all of them and no slot
 * is held by a target that is not ready. No promise and no timer belongs to a single probe: at thousands a second they
 * would cost more than the probe itself.
 */
export function openLanes(limits: Limits, agenda: Agenda): Lanes {
  const { perTarget, perTargetGapMs, perNetwork = Infinity, perTargetPatienceMs: patienceMs = 250 } = limits;
  let { concurrency } = limits;
  const targets = new Map<string, Target>();
  const networks = new Map<string, Network>();
  const ready = openQueue<Target>();
  let active = 0;
  let startsThisTurn = 0;
  let isPumping = false;
  let isPaced = false;
  let isOpen = false;
  let nextTokenAt = now();
  let throttledAt = -Infinity;

  /** Starts what may start now, at most so many in one turn of the event loop. */
  const pump = () => {
    if (isPumping) return;
    isPumping = true;
    for (let target = nextTarget(); target !== undefined; target = nextTarget()) startNext(target);
    isPumping = false;
  };

  const nextTarget = (): Target | undefined => {
    const mayStart = isOpen && active < concurrency && startsThisTurn < startsPerTurn;
    return mayStart && hasToken() ? ready.shift() : undefined;
  };

  const countStart = () => {
    if (startsThisTurn++ > 0) return;
    setImmediate(() => {
      startsThisTurn = 0;
      pump();
    });
  };

  /** True if the rate allows a start now; if not, the next look is on the agenda. */
  const hasToken = (): boolean => {
    if (limits.ratePerSecond === undefined || ready.length === 0 || now() >= nextTokenAt) return true;
    if (!isPaced) agenda.at(nextTokenAt, endPace);
    isPaced = true;
    return false;
  };
  const endPace = () => {
    isPaced = false;
    pump();
  };

  /** The lane whose turn it is at a target; afterwards the other vantage points come first. */
  const nextLane = ({ lanes }: Target): [string, Lane] | undefined => {
    for (const entry of lanes) if (entry[1].waiting.length > 0 && entry[1].busy < perTarget) return entry;
    return undefined;
  };

  const startNext = (target: Target) => {
    const { network } = target;
    if (network !== undefined && network.busy >= perNetwork) return network.parked.push(target);
    target.isOffered = false;
    const [vantage, lane] = nextLane(target) ?? [];
    const work = lane?.waiting.shift();
    if (vantage === undefined || lane === undefined || work === undefined) return;
    target.lanes.delete(vantage);
    target.lanes.set(vantage, lane);
    target.restsUntil = now() + perTargetGapMs;
    begin(target, lane, work);
    offer(target);
  };

  const begin = (target: Target, lane: Lane, work: Work) => {
    const { network } = target;
    countStart();
    if (limits.ratePerSecond !== undefined) nextTokenAt = Math.max(now(), nextTokenAt) + 1000 / limits.ratePerSecond;
    active++;
    lane.busy++;
    if (network !== undefined) network.busy++;
    let holdsTurn = true;
    const giveTurn = () => {
      if (!holdsTurn) return;
      holdsTurn = false;
      lane.busy--;
      if (network !== undefined) unpark(network);
      offer(target);
    };
    const loseHope = () => {
      if (!holdsTurn) return;
      if (active * 2 <= concurrency) giveTurn();
      else agenda.at(now() + patienceMs, loseHope);
    };
    if (Number.isFinite(patienceMs)) agenda.at(now() + patienceMs, loseHope);
    work(() => {
      active--;
      giveTurn();
      pump();
    });
  };

  const unpark = (network: Network) => {
    network.busy--;
    const target = network.parked.shift();
    if (target !== undefined) makeReady(target);
  };

  const makeReady = (target: Target) => {
    ready.push(target);
    pump();
  };

  /** Brings a target into the queue, after its rest, if it has something to start. */
  const offer = (target: Target) => {
    if (target.isOffered || nextLane(target) === undefined) return;
    target.isOffered = true;
    if (target.restsUntil <= now()) makeReady(target);
    else agenda.at(target.restsUntil, () => makeReady(target));
  };

  const targetOf = (name: string): Target => {
    const known = targets.get(name);
    if (known !== undefined) return known;
    const target: Target = {
      lanes: new Map(),
      network: networkNamed(networkOf(name)),
      isOffered: false,
      restsUntil: 0,
    };
    targets.set(name, target);
    return target;
  };

  const networkNamed = (name: string | undefined): Network | undefined => {
    if (name === undefined) return undefined;
    let network = networks.get(name);
    if (network === undefined) networks.set(name, (network = { busy: 0, parked: openQueue() }));
    return network;
  };

  return {
    enter(vantage, name, work) {
      const target = targetOf(name);
      let lane = target.lanes.get(vantage);
      if (lane === undefined) target.lanes.set(vantage, (lane = { waiting: openQueue(), busy: 0 }));
      lane.waiting.push(work);
      offer(target);
    },
    throttle() {
      if (now() - throttledAt < throttleEveryMs) return undefined;
      throttledAt = now();
      const inUse = Math.min(concurrency, Math.max(active, smallestConcurrency));
      concurrency = Math.max(Math.min(smallestConcurrency, concurrency), Math.floor(inUse / 2));
      return concurrency;
    },
    open() {
      isOpen = true;
      pump();
    },
    close() {
      isOpen = false;
    },
  };
}
