import { networkOf } from "./network-of.ts";
import { Queue } from "./queue.ts";

/** One vantage point's way to one target. */
export interface Lane {
  readonly target: Target;
  readonly waiting: Queue<unknown>;
  busy: number;
  /** True while it is among the lanes of its target that could start something. */
  isListed: boolean;
}

/** A target, whoever sends to it. */
export interface Target {
  /** Those that could start something. */
  readonly lanes: Queue<Lane>;
  readonly network: Network | undefined;
  /** Where it stands: nowhere, as one that is ready or one that is so first, or aside (resting, parked by its network). */
  stands: "nowhere" | "ready" | "first" | "aside";
  /** Its last answer is overdue, so that it may well be silent. */
  isMute: boolean;
}

/** The network of some targets. */
export interface Network {
  busy: number;
  /** Targets whose turn has come, but not that of their network. */
  readonly parked: Queue<Target>;
}

/** Gives the lane from a vantage point to a target; each lane, target and network is made once. */
export function openPlaces(): (vantage: string, target: string) => Lane {
  // Two maps and no joined key: a probe asks for its lane each time it enters, thousands of times a second.
  const lanes = new Map<string, Map<string, Lane>>();
  const targets = new Map<string, Target>();
  const networks = new Map<string, Network>();
  const networkNamed = (name: string): Network => {
    const known = networks.get(name);
    if (known !== undefined) return known;
    const network = { busy: 0, parked: new Queue<Target>() };
    networks.set(name, network);
    return network;
  };
  const targetNamed = (name: string): Target => {
    const known = targets.get(name);
    if (known !== undefined) return known;
    const network = networkOf(name);
    const target: Target = {
      lanes: new Queue(),
      network: network === undefined ? undefined : networkNamed(network),
      stands: "nowhere",
      isMute: false,
    };
    targets.set(name, target);
    return target;
  };
  const lanesOf = (vantage: string): Map<string, Lane> => {
    const known = lanes.get(vantage);
    if (known !== undefined) return known;
    const own = new Map<string, Lane>();
    lanes.set(vantage, own);
    return own;
  };
  return (vantage, target) => {
    const own = lanesOf(vantage);
    const known = own.get(target);
    if (known !== undefined) return known;
    const lane: Lane = { target: targetNamed(target), waiting: new Queue(), busy: 0, isListed: false };
    own.set(target, lane);
    return lane;
  };
}
