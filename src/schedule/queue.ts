/** First in, first out, in constant time at both ends: `Array.shift` moves all that is left. */
export interface Queue<Thing> {
  readonly length: number;
  push(thing: Thing): void;
  /** Takes the first one out; `undefined` if there is none. */
  shift(): Thing | undefined;
}

/** So many empty places in front are worth a copy of the rest. */
const emptyPlacesKept = 1_024;

/** Opens an empty queue. */
export function openQueue<Thing>(): Queue<Thing> {
  let things: (Thing | undefined)[] = [];
  let head = 0;
  return {
    get length() {
      return things.length - head;
    },
    push: (thing) => void things.push(thing),
    shift() {
      const thing = things[head];
      if (head < things.length) things[head++] = undefined; // lets it be collected
      if (head === things.length || (head > emptyPlacesKept && head * 2 > things.length)) {
        things = things.slice(head);
        head = 0;
      }
      return thing;
    },
  };
}
