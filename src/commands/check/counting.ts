import type { Flow } from "../../model/flow.ts";
import type { FarEnd, RespondOrder } from "../../model/run/responder.ts";
import type { Observe, Task } from "../../model/task.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { placeKey } from "../responder/places.ts";
import type { AddressesOf } from "../responder/senders.ts";
import { type StartedResponder, startResponder } from "../responder/start.ts";
import { openCountWindows } from "./count-windows.ts";

/** A machine with a responder, and how it is reached. */
export interface CountingNode {
  responder: StartedResponder;
  vantage: Vantage | undefined;
}

/** Counts at the machines of services, for probes that only these can say something of. */
export interface Counting {
  through: (observe: Observe) => Observe;
  /** What was counted while a probe was under way. */
  of: (probe: string) => FarEnd["counted"];
}

const forMs = 60_000;
const patienceMs = 5_000;

/**
 * Gives the machine of a node: the first of these nodes that has an address in common with it, because nodes may be names
 * of one machine, whose kernel counts for all of them.
 */
export function machinesOf(nodes: readonly string[], addressesOf: AddressesOf): (node: string) => string | undefined {
  const first = new Map<string, string>();
  const machineAt = (node: string): string | undefined =>
    [...(addressesOf.get(node) ?? [])].map((address) => first.get(address)).find((one) => one !== undefined);
  const machines = new Map<string, string>();
  for (const node of nodes) {
    const machine = machineAt(node) ?? node;
    machines.set(node, machine);
    for (const address of addressesOf.get(node) ?? []) first.set(address, first.get(address) ?? machine);
  }
  return (node) => machines.get(node) ?? machineAt(node);
}

/** Counts datagrams at nodes where a service has the port of a probe over UDP. */
export function countingAt(
  nodes: ReadonlyMap<string, CountingNode>,
  { flows, key, addressesOf }: { flows: readonly Flow[]; key: string; addressesOf: AddressesOf },
): Counting {
  const counted = new Map<string, NonNullable<FarEnd["counted"]>>();
  const flowOf = new Map(flows.map((flow) => [flow.probe, flow]));
  const over = ({ probe }: Task): boolean =>
    probe.kind === "udp" || probe.kind === "snmp" || (probe.kind === "responder" && probe.transport === "udp");
  const machineOf = machinesOf([...nodes.keys()], addressesOf);
  const portOf = ({ probe }: Task, { protocol, to, address, port }: Flow): number | undefined => {
    if (probe.kind === "responder" || protocol !== "udp" || port === undefined) return undefined;
    const key = placeKey({ protocol, address, port });
    const ends = (nodes.get(to)?.responder.places ?? []).filter(
      (one) => one.state !== "released" && placeKey({ ...one, address: one.asked }) === key,
    );
    return ends.length > 0 && ends.every(({ state }) => state === "in-use") ? port : undefined;
  };
  return {
    of: (probe) => counted.get(probe),
    through: openCountWindows({
      endsOf: (task) => {
        const flow = over(task) ? flowOf.get(task.id) : undefined;
        if (flow === undefined) return {};
        const to = machineOf(flow.to);
        return { to, from: machineOf(flow.from), port: nodes.has(flow.to) ? portOf(task, flow) : undefined };
      },
      watch: (node, port, everyMs, hear) => {
        const vantage = nodes.get(node)?.vantage;
        if (vantage === undefined) return () => undefined;
        const order: RespondOrder = { key, places: [], forMs, counts: { port, everyMs } };
        const watching = startResponder(vantage, order, patienceMs, undefined, hear);
        return () => watching.stop();
      },
      keep: ({ id }, one) => void counted.set(id, one),
    }),
  };
}
