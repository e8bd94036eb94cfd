import type { Seen } from "../flight/prober.ts";
import { type Claim, isDoubtful, isListening, type Watch } from "./witness.ts";

/** The raw socket gets its copy before the kernel acts on an error, so it is read at the latest in the next turn. */
const turns = 2;
/** For errors of which the kernel made an ambiguous errno; they are rare, so waiting costs little. */
const patienceMs = 50;
/** An older claim is not what made the socket fail just now; both come in one turn, unless this process is starved. */
const freshMs = 250;

/**
 * What a socket's error means if the witness does not say it better. Without a witness that is what the errno alone
 * tells, with `codeSeen` false. Over UDP the witness ends the probe itself if it can; `undefined` says that the error
 * was forged, as far as it knows, and means nothing. Over TCP the error is real in any case, because the kernel compares
 * sequence numbers; the witness knows its code and its sender.
 */
export async function unlessWitnessed(seen: Seen, watch: Watch | undefined): Promise<Seen | undefined> {
  if (watch === undefined || !mayBeIcmp(seen)) return seen;
  if (watch.transport === "udp") {
    await patience(seen, () => false);
    if (watch.weighed !== undefined) return watch.weighed;
    return isDoubtful(watch) ? undefined : seen;
  }
  const { errno } = seen.evidence;
  await patience(seen, () => watch.ttl !== undefined || fresh(watch, errno).length > 0);
  // An answer to the SYN that is no SYN-ACK, or the probe would be open: a reset.
  const claims = watch.ttl === undefined ? fresh(watch, errno) : [];
  const last = claims.at(-1);
  if (last === undefined) return readReset(seen, watch);
  const { reporter = "", icmpCode = "" } = last.seen.evidence;
  const isClear = !isDoubtful(watch) && claims.every((claim) => claim.seen.outcome.kind === last.seen.outcome.kind);
  return isClear
    ? last.seen
    : { outcome: seen.outcome, evidence: { ...seen.evidence, unverifiedError: { reporter, icmpCode } } };
}

/** Some ICMP codes become an errno that is nobody's else, which is `internal` where no witness is. */
const mayBeIcmp = ({ outcome }: Seen): boolean =>
  outcome.kind === "unsent" ? outcome.cause === "internal" : outcome.kind !== "open" && outcome.kind !== "silent";

/** Claims of which the kernel makes this errno. */
const fresh = ({ claims = [] }: Watch, errno: string | undefined): readonly Claim[] =>
  claims.filter((claim) => claim.errno === errno && performance.now() - claim.receivedAtMs <= freshMs);

async function patience({ outcome: { kind } }: Seen, isOver: () => boolean): Promise<void> {
  for (let turn = 0; turn < turns && !isOver(); turn += 1) await nextTurn();
  if (kind === "refused" || kind === "unsent" || isOver()) return;
  await new Promise((resolve) => setTimeout(resolve, patienceMs));
}

/** No ICMP error came, so a refusal was a reset, which has no code. */
function readReset(seen: Seen, watch: Watch): Seen {
  if (seen.outcome.kind !== "refused" || !isListening(watch.flight.context.family)) return seen;
  const { codeSeen: _, ...rest } = seen.evidence;
  return { outcome: seen.outcome, evidence: watch.ttl === undefined ? rest : { ...rest, ttl: watch.ttl } };
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
