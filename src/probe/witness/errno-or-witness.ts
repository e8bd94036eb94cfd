import type { Seen } from "../flight/prober.ts";
import { isHeard, type Watch } from "./witness.ts";

/** The raw socket gets its copy before the kernel acts on an error, so it is read at the latest in the next turn. */
const turns = 2;
/** For errors of which the kernel made an ambiguous errno; they are rare, so waiting costs little. */
const patienceMs = 50;

/**
 * What a socket's error means if the witness does not say it better: gives the witness time to end the probe itself,
 * and then what the errno alone tells. Without a witness that is said at once, with `codeSeen` false.
 */
export async function unlessWitnessed(seen: Seen, watch: Watch | undefined): Promise<Seen> {
  if (watch === undefined) return seen;
  const { outcome, evidence } = seen;
  if (outcome.kind === "unreachable" || outcome.kind === "prohibited") {
    await new Promise((resolve) => setTimeout(resolve, patienceMs));
    return seen;
  }
  if (outcome.kind !== "refused") return seen;
  for (let turn = 0; turn < turns && watch.ttl === undefined; turn += 1) {
    await nextTurn();
  }
  if (watch.transport === "udp" || !isHeard(watch.flight.context.family)) return seen;
  // No ICMP error came, so it was a reset, which has no code.
  const { codeSeen: _, ...rest } = evidence;
  return { outcome, evidence: watch.ttl === undefined ? rest : { ...rest, ttl: watch.ttl } };
}

let turn: Promise<void> | undefined;

/** The next turn of the event loop; all who ask within one turn wait together. */
function nextTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
