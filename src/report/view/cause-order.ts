import type { Result } from "../../model/run/run.ts";
import type { Cause } from "./cause.ts";

/** Requirements and ports over UDP whose probe asks a question that a healthy service answers. */
const answering = /^(dns|ntp|snmp)$/;
const answeringPorts: ReadonlySet<number | undefined> = new Set([53, 123, 161]);

/** One port between two nodes counts once, whatever number of addresses and requirements it has. */
const unitOf = ({ from, to, protocol, port, expect }: Result): string => `${from} ${to} ${protocol} ${port} ${expect}`;

const serviceKey = ({ requirement, protocol, port }: Result): string => `${requirement} ${protocol} ${port}`;

/** Silence over UDP where no answer was to be expected, because the service answers nobody. */
export const isMute = ({ reason, expect, requirement, port }: Result): boolean =>
  reason === "udp-silence" && expect === "open" && !answering.test(requirement) && !answeringPorts.has(port);

/**
 * First failures, and the silence of services over UDP that should have answered; then what this side could not send;
 * last what answers nobody. The larger first, but in turns: what works elsewhere in the same run, what works nowhere,
 * and silence over UDP. Where a service answers others, somebody broke it here, and that fault must not be lost
 * behind many that were never set up.
 */
export function inOrderOfWeight(causes: readonly Cause[], results: readonly Result[]): Cause[] {
  const works = new Set(results.filter(({ verdict }) => verdict === "pass").map(serviceKey));
  const has = (cause: Cause, verdict: Result["verdict"]): boolean =>
    cause.results.some((one) => one.verdict === verdict);
  const bySize = causes
    .map((cause) => ({ cause, units: new Set(cause.results.map(unitOf)).size }))
    .toSorted((a, b) => b.units - a.units || b.cause.results.length - a.cause.results.length)
    .map(({ cause }) => cause);
  const mute = bySize.filter((cause) => cause.results.every(isMute));
  const errors = bySize.filter((cause) => has(cause, "error") && !has(cause, "fail"));
  const silent = bySize.filter((cause) => !has(cause, "fail") && !mute.includes(cause) && !errors.includes(cause));
  const failing = bySize.filter((cause) => has(cause, "fail"));
  const worksElsewhere = ({ results: grouped }: Cause): boolean => grouped.some((one) => works.has(serviceKey(one)));
  const broken = failing.filter(worksElsewhere);
  const missing = failing.filter((cause) => !worksElsewhere(cause));
  const [first, second] = failing[0] === broken[0] ? [broken, missing] : [missing, broken];
  return [...inTurns([first, second, silent]), ...errors, ...mute];
}

/** One of each list in turn, as long as there are. */
function inTurns<Thing>(lists: readonly (readonly Thing[])[]): Thing[] {
  const rounds = Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, at) => at);
  return rounds.flatMap((at) => lists.flatMap((list) => list.slice(at, at + 1)));
}
