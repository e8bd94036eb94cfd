import pLimit from "p-limit";
import { isLocal } from "../../model/topology/vantage-spec.ts";
import type { Flow } from "../../model/flow.ts";
import type { Observed } from "../../model/run/observed.ts";
import type { Answer } from "../../model/outcome.ts";
import type { Prepared } from "../check/prepare.ts";
import { openSender, type Sender } from "./open-sender.ts";
import { controlsFor, questionOf } from "./questions.ts";
import { traceFlow } from "./trace-flow.ts";

/** So many walks at the same time, of so many flows of one pair of address and transport, and in all. */
const walksAtOnce = 4;
const mostOfPair = 3;
const mostWalks = 40;

/** What `check --trace` needs of its surroundings. */
export interface TraceRunOptions {
  signal: AbortSignal;
  /** Where one line about it goes; nowhere if absent. */
  say?: ((line: string) => void) | undefined;
}

/**
 * Walks what failed by silence, and services whose connection stood still as it does where large packets vanish, and
 * puts what was found into `observed`. Flows of one pair mostly die at one place, so a few of each are walked.
 */
export async function traceRun(
  { plan, needed, childEnv }: Pick<Prepared, "plan" | "needed" | "childEnv">,
  observed: ReadonlyMap<string, Observed>,
  { signal, say }: TraceRunOptions,
): Promise<void> {
  const silent = plan.flows.filter(
    (flow) => flow.expect === "open" && silentAnswer(observed.get(flow.probe)) !== undefined,
  );
  const chosen = chooseWalks(silent);
  if (chosen.length === 0 || signal.aborted) return;
  const probes = new Set(silent.map(({ probe }) => probe)).size;
  const left = probes - chosen.length;
  say?.(
    `portmatrix: note: tracing ${chosen.length} flows that got no answer${left > 0 ? `, ${left} more of the same pairs are left out` : ""}\n`,
  );
  const limit = pLimit(walksAtOnce);
  const senders = new Map<string, Promise<Sender | string>>();
  const senderOf = (node: string): Promise<Sender | string> => {
    const spec = needed.get(node) ?? "local";
    const key = isLocal(spec) ? "" : node;
    const known = senders.get(key) ?? openSender(spec, { env: childEnv, signal });
    senders.set(key, known);
    return known;
  };
  const isAnswered = (probe: string): boolean =>
    observed.get(probe)?.observation.answers.some(({ outcome }) => outcome.kind === "open") === true;
  try {
    await Promise.all(
      chosen.map((flow) =>
        limit(async () => {
          const [seen, sender] = [observed.get(flow.probe), await senderOf(flow.from)];
          const address = silentAnswer(seen)?.address;
          const probe = plan.probes.find(({ id }) => id === flow.probe);
          if (seen === undefined || address === undefined || probe === undefined || signal.aborted) return;
          const question = questionOf(probe);
          if (typeof sender === "string") {
            const { protocol, port } = question;
            const walk = { protocol, address, ...(port === undefined ? {} : { port }), steps: [], unsent: sender };
            seen.trace = { walk, conclusion: { kind: "untold", caveats: [], detail: sender } };
            return;
          }
          const controls = controlsFor(plan, flow, isAnswered);
          const isCareful = !probe.mayConfirm;
          seen.trace = await traceFlow({ ...question, address, controls, isCareful, signal }, sender.send);
        }),
      ),
    );
  } finally {
    for (const sender of await Promise.all(senders.values())) if (typeof sender !== "string") await sender.close();
  }
}

/** The answer that was silence, or a conversation that stood still behind the handshake. */
const silentAnswer = (seen: Observed | undefined): Answer | undefined =>
  seen?.observation.answers.find(
    ({ address, outcome, evidence }) =>
      address !== undefined && (outcome.kind === "silent" || evidence.service?.stalledAfter === "client-hello"),
  );

/** One flow for each probe, a few for each pair. */
export function chooseWalks(flows: readonly Flow[]): Flow[] {
  const perPair = new Map<string, number>();
  const seen = new Set<string>();
  return flows
    .filter(({ from, address, protocol, probe }) => {
      const pair = `${from} ${address} ${protocol}`;
      const count = perPair.get(pair) ?? 0;
      if (seen.has(probe) || count >= mostOfPair) return false;
      seen.add(probe);
      perPair.set(pair, count + 1);
      return true;
    })
    .slice(0, mostWalks);
}
