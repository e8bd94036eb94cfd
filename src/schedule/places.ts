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
  const networkNamed = (name: string) => known(networks, name, () => ({ busy: 0, parked: new Queue<Target>() }));
  const targetNamed = (name: string) =>
    known(targets, name, (): Target => {
      const network = networkOf(name);
      return {
        lanes: new Queue(),
        network: network === undefined ? undefined : networkNamed(network),
        stands: "nowhere",
        isMute: false,
      };
    });
  return (vantage, target) =>
    known(
      known(lanes, vantage, () => new Map<string, Lane>()),
      target,
      () => ({
        target: targetNamed(target),
        waiting: new Queue(),
        busy: 0,
        isListed: false,
      }),
    );
}

function known<Place>(places: Map<string, Place>, name: string, make: () => Place): Place {
  let place = places.get(name);
  if (place === undefined) places.set(name, (place = make()));
  return place;
}
