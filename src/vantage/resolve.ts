import { lookup as systemLookup } from "node:dns";
import pLimit from "p-limit";
import { readIpLiteral } from "../model/address/ip-literal.ts";

/** One address of a target, as a literal. */
export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/**
 * The addresses of a name, at least one and each once, in the resolver's order; or why there are none. A name server
 * may give an IPv4 address as an IPv4-mapped IPv6 address (AAAA ::ffff:10.0.0.5), and then it is the IPv4 address.
 */
export type Resolution = { addresses: ResolvedAddress[] } | NoAddresses;

interface NoAddresses {
  failure: string;
  /** Where the resolver itself gave no answer: since when it had been asked, on the monotonic clock. */
  unansweredSinceMs?: number;
}

/** getaddrinfo(3) for all address families: `callback(error, addresses)`. */
export type Lookup = (
  name: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly { address: string; family: number }[]) => void,
) => void;

export interface ResolverOptions {
  lookup?: Lookup;
  /** How long one lookup may take from its own start, in milliseconds; default 12,000. */
  timeoutMs?: number;
  /**
   * Lookups under way; default 2. Node carries out getaddrinfo in half of libuv's threads, of which there are four
   * unless UV_THREADPOOL_SIZE says otherwise; the rest would only wait there, and their time would run.
   * (libuv, src/threadpool.c, slow_work_thread_threshold)
   */
  lookupsAtOnce?: number;
}

/** A lookup that fails only after so long got no answer: resolv.conf(5) waits no less than a second for one. */
const silenceMs = 1_000;

/** What getaddrinfo's error codes mean; the first three are the resolver's own answer, the last is none. */
const failures: Record<string, (name: string) => string> = {
  ENOTFOUND: (name) => `${name} does not exist, says the resolver of this machine (ENOTFOUND)`,
  ENODATA: (name) => `${name} exists but has no address (ENODATA)`,
  EAI_NODATA: (name) => `${name} exists but has no address (EAI_NODATA)`,
  EAI_AGAIN: (name) => `the resolver of this machine gave no answer for ${name} (EAI_AGAIN)`,
};

const systemResolver: Lookup = (name, callback) => systemLookup(name, { all: true, verbatim: true }, callback);

/**
 * Opens a resolver that asks for each name once and keeps the answer for the run. It never rejects: a name without
 * addresses is a `failure` with the reason. IP literals are passed through without a lookup.
 */
export function openResolver(options: ResolverOptions = {}): (target: string) => Promise<Resolution> {
  // The C library asks a second time after 5 s and gives up after 10 (resolv.conf(5), timeout and attempts); a busy
  // machine needs room for that.
  const { lookup = systemResolver, timeoutMs = 12_000, lookupsAtOnce = 2 } = options;
  const limit = pLimit(lookupsAtOnce);
  // So many lookups in a row without an answer, two for each place, mean that the resolver is dead: no more names are
  // asked.
  const deadAfter = 2 * lookupsAtOnce;
  const known = new Map<string, Promise<Resolution>>();
  let missed = 0;

  // Waiters leave as soon as the resolver counts as dead; each is called once.
  const waiters = new Set<(resolution: Resolution) => void>();
  const countMissed = () => {
    missed++;
    if (missed < deadAfter) return;
    for (const leave of waiters) leave({ failure: deadDetail() });
  };
  const deadDetail = () => `not looked up: the resolver of this machine left ${missed} lookups in a row unanswered`;

  const ask = (name: string) =>
    new Promise<Resolution>((resolve) => {
      const unanswered = { unansweredSinceMs: performance.now() };
      const leave = (resolution: Resolution) => {
        waiters.delete(leave);
        resolve(resolution);
      };
      waiters.add(leave);
      void limit(() => {
        // The slot is held until the lookup really ends: a lookup that is given up still occupies its thread.
        if (!waiters.has(leave)) return undefined;
        return new Promise<void>((ended) => {
          const startedAtMs = performance.now();
          const clock = setInterval(() => {
            const failure = `the resolver of this machine gave no answer for ${name} within ${timeoutMs} ms`;
            leave({ failure, ...unanswered });
            countMissed();
          }, timeoutMs);
          lookup(name, (error, addresses) => {
            clearInterval(clock);
            const isUnanswered = error?.code === "EAI_AGAIN";
            if (!isUnanswered) missed = 0; // the resolver answered, be it with no
            const why = (failed: Error) => ({ failure: explain(name, failed), ...(isUnanswered ? unanswered : {}) });
            const wasWaitedFor = waiters.has(leave);
            leave(error === null ? distinct(name, addresses) : why(error));
            // EAI_AGAIN at once is a failure that a name server reports for one name; after seconds it is silence.
            if (isUnanswered && wasWaitedFor && performance.now() - startedAtMs >= silenceMs) countMissed();
            ended();
          });
        });
      });
      if (missed >= deadAfter) leave({ failure: deadDetail() });
    });

  return (target) => {
    const literal = readIpLiteral(target);
    if (literal !== undefined) {
      const { text, family } = literal;
      return Promise.resolve({ addresses: [{ address: text, family }] });
    }
    const name = target.toLowerCase();
    let resolution = known.get(name);
    if (resolution === undefined) known.set(name, (resolution = ask(name)));
    return resolution;
  };
}

function distinct(name: string, found: readonly { address: string; family: number }[]): Resolution {
  const byAddress = new Map<string, ResolvedAddress>();
  for (const { address } of found) {
    const literal = readIpLiteral(address);
    if (literal !== undefined) byAddress.set(literal.text, { address: literal.text, family: literal.family });
  }
  if (byAddress.size === 0) return { failure: `${name} exists but has no address` };
  return { addresses: [...byAddress.values()] };
}

function explain(name: string, error: NodeJS.ErrnoException): string {
  const sentence = failures[error.code ?? ""];
  return sentence === undefined ? `${name} could not be looked up: ${error.message}` : sentence(name);
}
