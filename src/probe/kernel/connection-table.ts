import { readFileSync } from "node:fs";

/** How many connections the kernel tracks, and how many it can (docs/notes/connection-table.md). */
export interface TableReading {
  count: number;
  max: number;
}

/** Reads both; `undefined` where nothing is tracked or the system does not tell. */
export type ReadTable = () => TableReading | undefined;

/** What is known of the connection tracking table of this machine while probes are under way. */
export interface TableWatch {
  /** To be called when a probe begins; as long as one is under way the table is read twice a second. */
  begin(): void;
  /** To be called when a probe ends. */
  end(): void;
  /** The table as it was last seen full since `sinceMs` on the monotonic clock; `undefined` if it was not. */
  fullSince(sinceMs: number): TableReading | undefined;
  /** Reads the table after whatever has just happened, at once or with the others that ask; few times a second in all. */
  lookAgain(): Promise<void>;
}

const everyMs = 500;
/** Least time between two readings, whoever asks. */
const paceMs = 50;

/** Opens a watch. A table is full when no new connection fits in; the kernel drops the first packet of each then. */
export function watchTable(read: ReadTable): TableWatch {
  let underWay = 0;
  let readAtMs = -Infinity;
  let lastFull: { atMs: number; reading: TableReading } | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let next: Promise<void> | undefined;
  const look = () => {
    readAtMs = performance.now();
    const reading = read();
    if (reading !== undefined && reading.max > 0 && reading.count >= reading.max)
      lastFull = { atMs: performance.now(), reading };
  };
  const waitMs = () => readAtMs + paceMs - performance.now();
  return {
    begin() {
      underWay += 1;
      timer ??= setInterval(look, everyMs).unref();
    },
    end() {
      underWay -= 1;
      if (underWay > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    fullSince(sinceMs) {
      if (waitMs() <= 0) look();
      return lastFull !== undefined && lastFull.atMs >= sinceMs ? lastFull.reading : undefined;
    },
    lookAgain() {
      next ??= new Promise((resolve) => {
        setTimeout(
          () => {
            next = undefined;
            look();
            resolve();
          },
          Math.max(waitMs(), 0),
        );
      });
      return next;
    },
  };
}

const directory = "/proc/sys/net/netfilter";

/** The table of the network namespace that this process is in, as proc(5) shows it. */
export const readTableHere: ReadTable = () => {
  try {
    const [count, max] = ["count", "max"].map((name) =>
      Number(readFileSync(`${directory}/nf_conntrack_${name}`, "latin1")),
    );
    return count === undefined || max === undefined ? undefined : { count, max };
  } catch {
    return undefined; // connections are not tracked here, or this is not Linux
  }
};

let watch = watchTable(readTableHere);

/** The watch that all probes of this process share. */
export const tableWatch = (): TableWatch => watch;

/** For tests: reads the table in another way from now on; the function that comes back takes that back. */
export function readTableWith(read: ReadTable): () => void {
  const before = watch;
  watch = watchTable(read);
  return () => {
    watch = before;
  };
}
