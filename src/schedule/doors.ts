/**
 * Opens the doors of one run: `enter` is called at once for what is sent by a vantage point that is open. While one is
 * being opened, what it is to send waits in the order in which it came, for one promise and not for one each.
 */
export function openDoors<One>(
  whenOpen: ((vantage: string) => Promise<void> | undefined) | undefined,
  enter: (vantage: string, one: One) => void,
): (vantage: string, one: One) => void {
  const closed = new Map<string, One[]>();
  const open = (vantage: string) => {
    const waiting = closed.get(vantage) ?? [];
    closed.delete(vantage);
    for (const one of waiting) enter(vantage, one);
  };
  return (vantage, one) => {
    const waiting = closed.get(vantage);
    if (waiting !== undefined) return void waiting.push(one);
    const opening = whenOpen?.(vantage);
    if (opening === undefined) return enter(vantage, one);
    closed.set(vantage, [one]);
    void opening.then(() => open(vantage));
  };
}
