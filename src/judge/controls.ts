import type { Flow } from "../model/flow.ts";
import type { Answer, Observation } from "../model/outcome.ts";
import type { Senders } from "./sender.ts";

/** Finds another flow to the address that a flow asked, e.g. its control, and gives its id if there is one. */
export type FindControl = (flow: Flow, address: string | undefined) => string | undefined;

/**
 * A control proves that the target is alive and can be reached: another flow of the same run, from the same sender to
 * the very same address, that was answered. Only `open` counts as answered. A refusal does not, because a firewall
 * sends resets and ICMP errors in the name of hosts that are dead. A reply from another address does not either.
 */
export function findControls(
  flows: readonly Flow[],
  { addressKey: place }: Senders,
  observed: ReadonlyMap<string, { observation: Observation }>,
  isWanted: (answer: Answer) => boolean = provesLife,
): FindControl {
  let answered: ReadonlyMap<string, readonly Flow[]> | undefined; // few runs ask for a control
  const collect = () => {
    const found = new Map<string, Flow[]>();
    for (const flow of flows) {
      for (const answer of observed.get(flow.probe)?.observation.answers ?? []) {
        if (!isWanted(answer) || answer.address === undefined) continue;
        const key = place(flow, answer.address);
        const known = found.get(key);
        if (known === undefined) found.set(key, [flow]);
        else if (known.length < 2 && known[0]?.probe !== flow.probe) known.push(flow); // two are enough for any third
      }
    }
    return found;
  };
  return (flow, address) => {
    if (address === undefined) return undefined;
    answered ??= collect();
    return answered.get(place(flow, address))?.find(({ probe }) => probe !== flow.probe)?.id;
  };
}

/** A refusal at the address, which is no control. One that another address reported is not the address's own. */
export const isOwnRefusal = ({ outcome, evidence: { reporter }, address }: Answer): boolean =>
  outcome.kind === "refused" && (reporter === undefined || reporter === address);

const provesLife = ({ outcome, evidence, address }: Answer): boolean =>
  outcome.kind === "open" && (evidence.replyFrom === undefined || evidence.replyFrom === address);
