import type { Agenda } from "./agenda.ts";
import { openLine } from "./line.ts";
import { networkOf } from "./network-of.ts";
import { openPace } from "./pace.ts";
import { Queue } from "./queue.ts";

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
export interface Lanes<Work> {
  /** Lets work wait for its turn. */
  enter(vantage: string, target: string, work: Work): void;
  /** To be called once when work that was started is over. */
  leave(turn: Turn): void;
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

/** What work under way holds. */
export interface Turn {
  lane: Lane;
  /** False once the target and its network may start the next one. */
  isHeld: boolean;
}

/** One vantage point's way to one target. */
interface Lane {
  target: Target;
  waiting: Queue<unknown>;
  busy: number;
  /** True while it is among the lanes of its target that could start something. */
  isListed: boolean;
}
interface Target {
  lanes: Queue<Lane>;
  network: Network | undefined;
  /** True while it rests, waits among those that are ready, or is parked by its network. */
  isPlaced: boolean;
}
interface Network {
  busy: number;
  /** Targets whose turn has come, but not that of their network. */
  parked: Queue<Target>;
}

const throttleEveryMs = 250;
const smallestConcurrency = 4;
/** So many starts in one turn of the event loop: answers are read in between, before they pile up. */
const startsPerTurn = 32;
const now = () => performance.now();

/**
 * Opens the lanes of one run; `start` is called when the turn of some work has come. Targets stand in one queue, each at
 * most once, so slots go round all of them and no slot is held by a target that is not ready. No promise, no timer and
 * no function belongs to a single probe: at thousands a second they would cost more than the probe itself.
 */
export function openLanes<Work>(limits: Limits, agenda: Agenda, start: (work: Work, turn: Turn) => void): Lanes<Work> {
  const { perTarget, perTargetGapMs, perNetwork = Infinity, perTargetPatienceMs: patienceMs = 250 } = limits;
  let { concurrency } = limits;
  const lanes = new Map<string, Lane>();
  const targets = new Map<string, Target>();
  const networks = new Map<string, Network>();
  const ready = new Queue<Target>();
  let active = 0;
  let startsThisTurn = 0;
  let isPumping = false;
  let isOpen = false;
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
    return mayStart && ready.length > 0 && pace.allows() ? ready.shift() : undefined;
  };

  const pace = openPace(limits.ratePerSecond, agenda, pump);

  const endTurnOfLoop = () => {
    startsThisTurn = 0;
    pump();
  };

  /** Starts the next work of the lane whose turn it is; that lane then comes after the others. */
  const startNext = (target: Target) => {
    const { network } = target;
    if (network !== undefined && network.busy >= perNetwork) return network.parked.push(target);
    const lane = target.lanes.shift();
    if (lane === undefined) return stepBack(target);
    lane.isListed = false;
    const work = lane.waiting.shift() as Work;
    if (startsThisTurn++ === 0) setImmediate(endTurnOfLoop);
    pace.count();
    active++;
    lane.busy++;
    if (network !== undefined) network.busy++;
    list(lane);
    if (perTargetGapMs > 0) resting.add(target);
    else stepBack(target);
    const turn: Turn = { lane, isHeld: true };
    if (Number.isFinite(patienceMs)) patient.add(turn);
    start(work, turn);
  };

  const list = (lane: Lane) => {
    if (lane.isListed || lane.waiting.length === 0 || lane.busy >= perTarget) return;
    lane.isListed = true;
    lane.target.lanes.push(lane);
  };

  /** A target that has no place takes one if it has something to start. */
  const place = (target: Target) => {
    if (target.isPlaced || target.lanes.length === 0) return;
    target.isPlaced = true;
    ready.push(target);
    pump();
  };
  const stepBack = (target: Target) => {
    target.isPlaced = false;
    place(target);
  };
  const resting = openLine(agenda, perTargetGapMs, stepBack);

  const release = (turn: Turn) => {
    if (!turn.isHeld) return;
    turn.isHeld = false;
    const { lane } = turn;
    const { target } = lane;
    lane.busy--;
    if (target.network !== undefined) unpark(target.network);
    list(lane);
    place(target);
  };

  const unpark = (network: Network) => {
    network.busy--;
    const target = network.parked.shift();
    if (target === undefined) return;
    ready.push(target);
    pump();
  };

  const patient = openLine<Turn>(agenda, patienceMs, (turn) => {
    if (!turn.isHeld) return;
    if (active * 2 <= concurrency) release(turn);
    else patient.add(turn);
  });

  const laneOf = (vantage: string, name: string): Lane => {
    const key = `${vantage} ${name}`;
    let lane = lanes.get(key);
    if (lane === undefined)
      lanes.set(key, (lane = { target: targetOf(name), waiting: new Queue(), busy: 0, isListed: false }));
    return lane;
  };

  const targetOf = (name: string): Target => {
    let target = targets.get(name);
    if (target === undefined)
      targets.set(name, (target = { lanes: new Queue(), network: networkNamed(networkOf(name)), isPlaced: false }));
    return target;
  };

  const networkNamed = (name: string | undefined): Network | undefined => {
    if (name === undefined) return undefined;
    let network = networks.get(name);
    if (network === undefined) networks.set(name, (network = { busy: 0, parked: new Queue() }));
    return network;
  };

  return {
    enter(vantage, name, work) {
      const lane = laneOf(vantage, name);
      lane.waiting.push(work);
      list(lane);
      place(lane.target);
    },
    leave(turn) {
      active--;
      release(turn);
      pump();
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
