import type { Judgement, Result } from "../../model/run/run.ts";
import { reasonWords } from "./entries.ts";
import { askedSlowerHint } from "./asked-slower.ts";
import { reporterPaceHint } from "./reporter-pace.ts";
import { inspectedAdvice, inspectedHint } from "./inspected.ts";
import { tracedHint } from "./traced.ts";
import { webProxyHint } from "./web-proxy.ts";
import { addressAdvice, addressContrast, workingBeside } from "./other-addresses.ts";
import type { Context } from "./reason-words.ts";

/**
 * Turns the codes of a judgement into a result with sentences: what was seen, and where to look first. Fields are in the
 * order of the run record; those without a value do not reach it. All results have the same fields, because objects that
 * are all alike are the fastest to make and to read where flows are many.
 */
export function phrase(judgement: Judgement, context: Context = {}): Result {
  const { message, advice } = reasonWords[judgement.reason];
  const works = mayHaveOthers(judgement, context)
    ? workingBeside(judgement, context.otherAddressesOf?.(judgement) ?? [])
    : none;
  return {
    id: judgement.id,
    section: judgement.section,
    requirement: judgement.requirement,
    service: judgement.service,
    short: judgement.short,
    from: judgement.from,
    to: judgement.to,
    address: judgement.address,
    protocol: judgement.protocol,
    port: judgement.port,
    expect: judgement.expect,
    vantage: judgement.vantage,
    outcome: judgement.outcome,
    rttMs: judgement.rttMs,
    attempts: judgement.attempts,
    evidence: judgement.evidence,
    verdict: judgement.verdict,
    reason: judgement.reason,
    proof: judgement.proof,
    // Joined, because a text made by a template keeps its parts until it is first read, in three times the memory.
    message:
      works.length === 0
        ? [message(judgement), "."].join("")
        : [message(judgement), "; ", addressContrast(judgement, works), "."].join(""),
    advice:
      advice === undefined
        ? undefined
        : [
            inspectedAdvice(judgement) ?? `${addressAdvice(judgement, works)}${advice(judgement, context)}`,
            askedSlowerHint(judgement),
            reporterPaceHint(judgement),
            webProxyHint(judgement),
            tracedHint(judgement),
            inspectedHint(judgement),
          ].join(""),
  };
}

const none: readonly never[] = [];

/** Most flows are in order or of a target with one address, and cost nothing here. */
const mayHaveOthers = ({ verdict, evidence }: Judgement, { otherAddressesOf }: Context): boolean =>
  verdict !== "pass" && verdict !== "skipped" && (otherAddressesOf !== undefined || evidence.addresses !== undefined);
