import { ruleByFarEnd } from "../../judge/far-end.ts";
import { summarise } from "../../judge/rollup.ts";
import type { Answer, Outcome } from "../../model/outcome.ts";
import { verdictOf } from "../../model/reason.ts";
import type { Arrival, ArrivalsFile, FarEnd } from "../../model/responder.ts";
import type { Result, Run } from "../../model/run.ts";
import { phrase } from "../../report/reasons/phrase.ts";

/** Arrivals of one flow that a record keeps. */
const mostArrivals = 8;

/**
 * A run with what arrived at responders that were started by hand: the flows that end there are judged again. What a
 * working alternative has settled stays as it was.
 */
export function mergeArrivals(run: Run, files: readonly ArrivalsFile[]): Run {
  const byNode = new Map(files.map((file) => [file.node, indexOf(file)]));
  const senders = new Map<string, Set<string>>();
  const leftFrom = new Map<string, Set<string>>();
  const put = (map: Map<string, Set<string>>, key: string, value: string) =>
    map.set(key, (map.get(key) ?? new Set()).add(value));
  for (const { from, to, protocol, port, evidence } of run.results) {
    put(senders, `${to} ${protocol} ${port}`, from);
    if (evidence.localAddress !== undefined) put(leftFrom, from, evidence.localAddress);
  }
  const known = new Set([...leftFrom.values()].flatMap((addresses) => [...addresses]));
  const results = run.results.map((result) => {
    const node = byNode.get(result.to);
    if (node === undefined || result.outcome === undefined || result.evidence.satisfiedBy !== undefined) return result;
    const isAlone = senders.get(`${result.to} ${result.protocol} ${result.port}`)?.size === 1;
    const isFrom = ({ from }: Arrival): boolean =>
      leftFrom.get(result.from)?.has(from) === true || (isAlone && !known.has(from));
    const farEnd = node.farEndOf(result, isFrom);
    return farEnd === undefined ? result : judgedAgain(result, run.stage, farEnd);
  });
  return { ...run, results, summary: summarise(results) };
}

function indexOf({ places, arrivals, flows, isWatched }: ArrivalsFile) {
  const tagsOf = new Map<string, Set<string>>();
  for (const [tag, ids] of Object.entries(flows))
    for (const id of ids) tagsOf.set(id, (tagsOf.get(id) ?? new Set()).add(tag));
  const keyOf = ({ protocol, address, port }: { protocol: string; address: string; port?: number | undefined }) =>
    `${protocol} ${address} ${port}`;
  const placeOf = new Map(places.filter(({ state }) => state !== "released").map((place) => [keyOf(place), place]));
  return {
    farEndOf: (result: Result, isFrom: (arrival: Arrival) => boolean): FarEnd | undefined => {
      const place = placeOf.get(keyOf(result));
      if (place === undefined) return undefined;
      const tags = tagsOf.get(result.id);
      const isIts = (arrival: Arrival): boolean =>
        arrival.how === "token"
          ? tags?.has(arrival.tag ?? "") === true
          : keyOf(arrival) === keyOf(place) && isFrom(arrival);
      const { state, holders, boundTo, isFlooded } = place;
      return {
        state,
        ...(holders === undefined ? {} : { holders }),
        ...(boundTo === undefined ? {} : { boundTo }),
        ...(isFlooded === undefined ? {} : { isFlooded }),
        isWatched,
        arrivals: arrivals.filter(isIts).slice(0, mostArrivals),
      };
    },
  };
}

function judgedAgain(result: Result, stage: Run["stage"], farEnd: FarEnd): Result {
  const evidence = { ...result.evidence, farEnd };
  const answer: Pick<Answer, "outcome" | "evidence"> = { outcome: outcomeOf(result), evidence };
  const ruling = ruleByFarEnd(result, answer, stage, farEnd);
  if (ruling === undefined) return { ...result, evidence };
  const { message: _, advice: __, ...judgement } = result;
  return phrase({ ...judgement, ...ruling, verdict: verdictOf(ruling.reason), evidence });
}

function outcomeOf({ outcome, rttMs = 0, evidence }: Result): Outcome {
  if (outcome === "silent") return { kind: outcome, waitedMs: evidence.waitedMs ?? 0 };
  if (outcome === "unsent" || outcome === undefined)
    return { kind: "unsent", cause: evidence.cause ?? "internal", detail: evidence.detail ?? "" };
  return { kind: outcome, rttMs };
}
