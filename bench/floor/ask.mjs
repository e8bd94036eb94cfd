import { hostAddress } from "../world/network.mjs";

const [first, hosts] = process.argv.slice(2).map(Number);
const ports = [22, 80, 443];
const inFlight = 1_000;
const startsPerTurn = 32;

/** Asks three ports of each host, and ends the process when all have ended: with 1 if one was neither open nor refused. */
export function ask(connectTo) {
  const work = hosts * ports.length;
  const failures = new Set();
  let started = 0;
  let ended = 0;
  let startsThisTurn = 0;
  const end = (outcome) => {
    if (outcome !== "open" && outcome !== "refused") failures.add(outcome);
    if (++ended < work) return startMore();
    if (failures.size > 0) console.error(...failures);
    process.exit(failures.size > 0 ? 1 : 0);
  };
  const startMore = () => {
    while (started < work && started - ended < inFlight && startsThisTurn < startsPerTurn) {
      if (startsThisTurn++ === 0) setImmediate(endTurn);
      const at = started++;
      connectTo(hostAddress(first + Math.floor(at / ports.length)), ports[at % ports.length], end);
    }
  };
  const endTurn = () => {
    startsThisTurn = 0;
    startMore();
  };
  startMore();
}
