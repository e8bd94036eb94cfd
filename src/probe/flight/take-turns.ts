/** So many in one turn of the event loop: sockets are read in between, before what comes back fills their buffers. */
const mostPerTurn = 64;

let waiting: (() => void)[] = [];
let takenThisTurn = 0;

/**
 * Does something now, or in a later turn of the event loop if many others do the same now. For what thousands of probes
 * do at the same time because they began at the same time; the schedule spreads only their beginning.
 */
export function takeTurn(act: () => void): void {
  if (takenThisTurn >= mostPerTurn) {
    waiting.push(act);
    return;
  }
  if (takenThisTurn++ === 0) setImmediate(endTurn);
  act();
}

function endTurn(): void {
  takenThisTurn = 0;
  const next = waiting.slice(0, mostPerTurn);
  waiting = waiting.slice(mostPerTurn);
  for (const act of next) takeTurn(act);
}
