import { kindOf } from "../../model/topology/vantage-spec.ts";
import { escapeUnseen } from "../../model/text/printable.ts";
import { seesCodes } from "../../vantage/local.ts";
import type { MachineLimits } from "./limits.ts";
import type { Prepared } from "./prepare.ts";

/** Says on stderr, for `--verbose`, what a command is about to do and how it went: one sentence per line. */
export type Narrate = (sentence: string) => void;

/** The narrator of a command; `undefined` where nobody asked for one. Times count from now. */
export function narratorOf(isWanted: boolean | undefined, say: (text: string) => void): Narrate | undefined {
  if (isWanted !== true) return undefined;
  const startedAtMs = performance.now();
  return (sentence) => {
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(2);
    say(`portmatrix: ${seconds} s: ${escapeUnseen(sentence)}\n`);
  };
}

interface Pace {
  timeout: number;
  rate?: number | undefined;
}

/** What will be sent, from where, how fast, and what can be seen of who rejects it. */
export async function narrateStart(
  narrate: Narrate | undefined,
  { plan, tasks, needed, elsewhere, stage }: Pick<Prepared, "plan" | "tasks" | "needed" | "elsewhere" | "stage">,
  limits: MachineLimits,
  { timeout, rate }: Pace,
): Promise<void> {
  if (narrate === undefined) return;
  narrate(`${plan.flows.length} flows in the plan, stage ${stage}; ${tasks.length} probes can be sent by this run`);
  const kinds = [...needed].map(([node, spec]) => `${node} (${kindOf(spec)})`);
  narrate(
    `vantage points: ${kinds.slice(0, 12).join(", ")}${kinds.length > 12 ? `, and ${kinds.length - 12} more` : ""}`,
  );
  if (elsewhere.length > 0)
    narrate(`${elsewhere.join(", ")}: named by --from as this machine, which has none of their addresses`);
  narrate(
    `limits: ${limits.concurrency} probes at once, ${limits.perTarget} to one target with ${limits.perTargetGapMs} ms between two, ${limits.perNetwork} to one network${rate === undefined ? "" : `, ${rate} started per second`}`,
  );
  narrate(`timeout of each probe: ${timeout} ms, with a second packet within it where the protocol allows one`);
  narrate(
    (await seesCodes())
      ? "raw sockets: open; they show the sender of every ICMP error and reset"
      : "raw sockets: none here; Python or perl reads ICMP errors where it sends",
  );
}
