/** So many empty places in front are worth a copy of the rest. */
const emptyPlacesKept = 1_024;

/**
 * First in, first out, in constant time at both ends: `Array.shift` moves all that is left. A class, because every target
 * has two, and their functions would take more than what they hold.
 */
export class Queue<Thing> {
  private things: (Thing | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.things.length - this.head;
  }

  push(thing: Thing): void {
    this.things.push(thing);
  }

  /** Takes the first one out; `undefined` if there is none. */
  shift(): Thing | undefined {
    if (this.head === this.things.length) return undefined;
    const thing = this.things[this.head];
    this.things[this.head++] = undefined; // lets it be collected
    if (this.head === this.things.length) {
      this.things.length = 0;
      this.head = 0;
    } else if (this.head > emptyPlacesKept && this.head * 2 > this.things.length) {
      this.things = this.things.slice(this.head);
      this.head = 0;
    }
    return thing;
  }
}
