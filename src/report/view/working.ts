import type { Result } from "../../model/run/run.ts";
import { groupBy } from "../text/group-by.ts";
import { inOrder } from "../text/wording.ts";
import type { Cause } from "./cause.ts";
import { addressKey, wasAnswered } from "./quiet.ts";

/** What works although a cause says that something does not. */
export type FindWorking = (cause: Pick<Cause, "kind" | "results">) => string[];

const pair = ({ from, to }: Result): string => `${from} ${to}`;
const portKey = ({ protocol, port }: Result): string => `${protocol} ${port}`;
const namesOf = (results: Iterable<Result>, of: (result: Result) => string): string[] =>
  inOrder(Array.from(results, of));

/**
 * Looks at everything that the run knows, so that no sentence about a cause contradicts a result beside it. Of a
 * `service` the nodes that reached that very port; of a `port` the nodes that answered the same sender on it; of
 * `addresses` the addresses of the same nodes that answered the same senders.
 */
export function findWorking(results: readonly Result[]): FindWorking {
  let indexes: ReturnType<typeof index> | undefined; // few runs ask
  return ({ kind, results: grouped }) => {
    if (kind !== "service" && kind !== "port" && kind !== "addresses") return [];
    indexes ??= index(results);
    const { reached, accepted, answered } = indexes;
    const find = (map: ReadonlyMap<string, readonly Result[]>, keyOf: (result: Result) => string) =>
      [...new Set(grouped.map(keyOf))].flatMap((key) => map.get(key) ?? []);
    if (kind === "service") {
      const reachers = find(reached, (one) => `${addressKey(one)} ${portKey(one)}`);
      return namesOf(reachers, ({ from }) => from);
    }
    if (kind === "port")
      return namesOf(
        find(accepted, (one) => `${one.from} ${portKey(one)}`),
        ({ to }) => to,
      );
    return namesOf(find(answered, pair), ({ address }) => address);
  };
}

function index(results: readonly Result[]) {
  const came = results.filter(wasAnswered);
  const open = results.filter(({ outcome }) => outcome === "open");
  return {
    /** Whoever is refused by the port reached the host, too. */
    reached: groupBy(came, (one) => `${addressKey(one)} ${portKey(one)}`),
    accepted: groupBy(open, (one) => `${one.from} ${portKey(one)}`),
    answered: groupBy(came, pair),
  };
}
