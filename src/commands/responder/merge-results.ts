import { ruleByFarEnd } from "../../judge/far-end.ts";
import { summarise } from "../../judge/rollup.ts";
import type { Answer, Outcome } from "../../model/outcome.ts";
import { verdictOf } from "../../model/reason.ts";
import type { Arrival, ArrivalsFile, FarEnd } from "../../model/run/responder.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { phrase } from "../../report/reasons/phrase.ts";
import { type AddressesOf, collectAddresses, knownSenders } from "./senders.ts";

/** Arrivals of one flow that a record keeps. */
const mostArrivals = 8;

/**
 * A run with what arrived at responders that were started by hand: the flows that end there are judged again. What a
 * working alternative has settled stays as it was.
 */
export function mergeArrivals(run: Run, files: readonly ArrivalsFile[]): Run {
  const byNode = new Map(files.map((file) => [file.node, indexOf(file)]));
  const senders = new Map<string, Set<string>>();
  const leftFrom = collectAddresses();
  for (const { from, to, protocol, port, evidence } of run.results) {
    const place = `${to} ${protocol} ${port}`;
    senders.set(place, (senders.get(place) ?? new Set()).add(from));
    if (evidence.localAddress !== undefined) leftFrom.add(from, evidence.localAddress);
  }
  const { isFrom, isAnyones } = knownSenders(leftFrom.addresses, addressesSeen(run, files));
  const results = run.results.map((result) => {
    const node = byNode.get(result.to);
    if (node === undefined || result.outcome === undefined || result.evidence.satisfiedBy !== undefined) return result;
    const isAlone = senders.get(`${result.to} ${result.protocol} ${result.port}`)?.size === 1;
    const isIts = (arrival: Arrival): boolean => isFrom(arrival, result.from, isAlone);
    const farEnd = node.farEndOf(result, isIts, isAnyones);
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
    farEndOf: (
      result: Result,
      isFrom: (arrival: Arrival) => boolean,
      isAnyones: (arrival: Arrival) => boolean,
    ): FarEnd | undefined => {
      const place = placeOf.get(keyOf(result));
      if (place === undefined) return undefined;
      const tags = tagsOf.get(result.id);
      const isIts = (arrival: Arrival): boolean =>
        arrival.how === "token"
          ? tags?.has(arrival.tag ?? "") === true
          : keyOf(arrival) === keyOf(place) && isFrom(arrival);
      const { state, holders, boundTo, waiting } = place;
      const its = arrivals.filter(isIts);
      const mayBeIts = (arrival: Arrival): boolean =>
        arrival.how === "kernel" && keyOf(arrival) === keyOf(place) && isAnyones(arrival);
      const isFlooded = place.isFlooded ?? (its.length === 0 && arrivals.some(mayBeIts) ? true : undefined);
      return {
        state,
        ...(holders === undefined ? {} : { holders }),
        ...(boundTo === undefined ? {} : { boundTo }),
        ...(isFlooded === undefined ? {} : { isFlooded }),
        ...(waiting === undefined ? {} : { waiting }),
        isWatched,
        arrivals: its.slice(0, mostArrivals),
      };
    },
  };
}

/** Where requests came from, as the responders saw it, by the node that sent them. */
function addressesSeen({ results }: Run, files: readonly ArrivalsFile[]): AddressesOf {
  const senderOf = new Map(results.map(({ id, from }) => [id, from]));
  const { addresses, add } = collectAddresses();
  for (const { arrivals, flows } of files)
    for (const { tag, from } of arrivals)
      for (const id of flows[tag ?? ""] ?? []) {
        const sender = senderOf.get(id);
        if (sender !== undefined) add(sender, from);
      }
  return addresses;
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
