import type { Agenda } from "./agenda.ts";
import type { Limits } from "./limits.ts";
import { type WaitingList, openWaitingList } from "./line.ts";
import { openBursts, openPace, type RateLimit } from "./pace.ts";
import { type Lane, type Network, openPlaces, type Target } from "./places.ts";
import { Queue } from "./queue.ts";
import { openSlots, type Slots } from "./slots.ts";

/** Starts work when its turn has come: in total, for its target, for its network, and by the rate. */
export interface Lanes<Work> {
  /** Lets work wait for its turn. */
  enter(vantage: string, target: string, work: Work): void;
  /** To be called once when work that was started is over. */
  leave(turn: Start): void;
  /** Lowers the total limit, as `Slots` does it; for failures that come from too many sockets. */
  throttle(): number | undefined;
  /** Begins to start what waits; before that all targets can line up, so that they take turns from the first. */
  open(): void;
  /** Starts nothing any more. */
  close(): void;
}

/** What work under way holds. */
export interface Start {
  readonly lane: Lane;
  /** False once the target and its network may start the next one. */
  isHeld: boolean;
}

/** What the lanes of one run are made of, and how they stand. */
interface Traffic<Work> {
  readonly start: (work: Work, turn: Start) => void;
  readonly perTarget: number;
  readonly perNetwork: number;
  readonly slots: Slots;
  readonly bursts: RateLimit;
  readonly pace: RateLimit;
  /** Targets that have something to start. One that has left the queue for `first` is passed over. */
  readonly ready: Queue<Target>;
  /** Those that are likely to be silent: whoever waits for a whole deadline begins before the others. */
  readonly first: Queue<Target>;
  /** Targets that pause after a start; absent if there is no pause. */
  readonly resting: WaitingList<Target> | undefined;
  /** Work that may lose its turn if no answer comes; absent if it never does. */
  readonly patient: WaitingList<Start> | undefined;
  isOpen: boolean;
  isPumping: boolean;
}

const startsPerTurn = 32;
const usualPatienceMs = 250;

/**
 * Opens the lanes of one run; `start` is called when the turn of some work has come. Targets are in one queue, each at
 * most once, so slots go round all of them and no slot is held by a target that is not ready. A target that let somebody
 * wait comes before the others, as long as half of the slots are free: its deadlines are what the run ends with. No promise, no timer and
 * no function belongs to a single probe: at thousands a second they would cost more than the probe itself.
 */
export function openLanes<Work>(limits: Limits, agenda: Agenda, start: (work: Work, turn: Start) => void): Lanes<Work> {
  const { perTarget, perTargetGapMs, perNetwork = Infinity, perTargetPatienceMs = usualPatienceMs } = limits;
  const laneOf = openPlaces();
  const resume = () => pump(traffic);
  const hasPatience = Number.isFinite(perTargetPatienceMs);
  const traffic: Traffic<Work> = {
    start,
    perTarget,
    perNetwork,
    slots: openSlots(limits.concurrency),
    bursts: openBursts(startsPerTurn, resume),
    pace: openPace(limits.ratePerSecond, agenda, resume),
    ready: new Queue(),
    first: new Queue(),
    resting:
      perTargetGapMs > 0 ? openWaitingList(agenda, perTargetGapMs, (target) => stepBack(traffic, target)) : undefined,
    patient: hasPatience
      ? openWaitingList(agenda, perTargetPatienceMs, (turn) => losePatience(traffic, turn))
      : undefined,
    isOpen: false,
    isPumping: false,
  };
  return {
    enter(vantage, target, work) {
      const lane = laneOf(vantage, target);
      lane.waiting.push(work);
      list(traffic, lane);
      place(traffic, lane.target);
    },
    leave(turn) {
      traffic.slots.giveBack();
      if (turn.isHeld) turn.lane.target.isMute = false; // it did not take long
      release(traffic, turn);
      pump(traffic);
    },
    throttle: () => traffic.slots.throttle(),
    open() {
      traffic.isOpen = true;
      pump(traffic);
    },
    close() {
      traffic.isOpen = false;
    },
  };
}

/** Starts all that may start now. What it starts may end at once and pump again: the first call goes on for it. */
function pump<Work>(traffic: Traffic<Work>): void {
  if (traffic.isPumping) return;
  traffic.isPumping = true;
  for (let target = nextTarget(traffic); target !== undefined; target = nextTarget(traffic)) {
    startNext(traffic, target);
  }
  traffic.isPumping = false;
}

function nextTarget<Work>({ isOpen, slots, bursts, pace, ready, first }: Traffic<Work>): Target | undefined {
  const hasRoom = isOpen && slots.isFree() && bursts.allows();
  if (!hasRoom || ready.length + first.length === 0 || !pace.allows()) return undefined;
  if (first.length > 0 && (ready.length === 0 || slots.areHalfFree())) return first.shift();
  let target = ready.shift();
  while (target !== undefined && target.stands !== "ready") target = ready.shift();
  return target ?? first.shift();
}

/** Starts the next work of the lane whose turn it is; that lane then comes after the others. */
function startNext<Work>(traffic: Traffic<Work>, target: Target): void {
  const { network, lanes } = target;
  target.stands = "aside";
  if (network !== undefined && network.busy >= traffic.perNetwork) return network.parked.push(target);
  const lane = lanes.shift();
  if (lane === undefined) return stepBack(traffic, target);
  lane.isListed = false;
  const work = lane.waiting.shift() as Work;
  count(traffic, lane);
  list(traffic, lane);
  if (traffic.resting === undefined) stepBack(traffic, target);
  else traffic.resting.add(target);
  const turn: Start = { lane, isHeld: true };
  traffic.patient?.add(turn);
  traffic.start(work, turn);
}

/** Counts a start wherever there is a limit. */
function count<Work>({ bursts, pace, slots }: Traffic<Work>, lane: Lane): void {
  bursts.count();
  pace.count();
  slots.take();
  lane.busy++;
  if (lane.target.network !== undefined) lane.target.network.busy++;
}

/** A lane that could start something is listed by its target. */
function list<Work>({ perTarget }: Traffic<Work>, lane: Lane): void {
  if (lane.isListed || lane.waiting.length === 0 || lane.busy >= perTarget) return;
  lane.isListed = true;
  lane.target.lanes.push(lane);
}

/** A target that has no place takes one if it has something to start. */
function place<Work>(traffic: Traffic<Work>, target: Target): void {
  if (target.stands !== "nowhere" || target.lanes.length === 0) return;
  lineUp(traffic, target);
  pump(traffic);
}

function lineUp<Work>({ ready, first }: Traffic<Work>, target: Target): void {
  target.stands = target.isMute ? "first" : "ready";
  (target.isMute ? first : ready).push(target);
}

function stepBack<Work>(traffic: Traffic<Work>, target: Target): void {
  target.stands = "nowhere";
  place(traffic, target);
}

/** Work that waited long for an answer lets the next one of its target and network start, if there are slots enough. */
function losePatience<Work>(traffic: Traffic<Work>, turn: Start): void {
  if (!turn.isHeld) return;
  const { target } = turn.lane;
  if (!traffic.slots.areHalfFree()) return traffic.patient?.add(turn);
  target.isMute = true;
  if (target.stands === "ready") lineUp(traffic, target);
  release(traffic, turn);
}

/** Lets the target and the network of some work start the next one. */
function release<Work>(traffic: Traffic<Work>, turn: Start): void {
  if (!turn.isHeld) return;
  turn.isHeld = false;
  const { lane } = turn;
  lane.busy--;
  if (lane.target.network !== undefined) unpark(traffic, lane.target.network);
  list(traffic, lane);
  place(traffic, lane.target);
}

function unpark<Work>(traffic: Traffic<Work>, network: Network): void {
  network.busy--;
  const target = network.parked.shift();
  if (target === undefined) return;
  lineUp(traffic, target);
  pump(traffic);
}
