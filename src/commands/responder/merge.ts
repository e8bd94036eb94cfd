import { loadMergeFile } from "../../load/merge-file.ts";
import type { Plan } from "../../model/flow.ts";
import { InputError } from "../../model/text/problem.ts";
import type { ArrivalsFile } from "../../model/run/responder.ts";
import type { ResponderFact, Run } from "../../model/run/run.ts";
import { planHashOf, runNameOf } from "./key.ts";

/** What a run knows of a responder that was started by hand. */
type Expected = Pick<ResponderFact, "node" | "run" | "plan">;

/** How far apart the clocks of two machines may be, in milliseconds. */
const clockSlackMs = 5 * 60_000;

/**
 * Reads records of arrivals for a run that is about to be made with this key. Each must be of this topology and key, and
 * its responder must still be listening. Anything else is an InputError; nothing is sent.
 */
export async function loadForCheck(
  files: readonly string[],
  wholePlan: Plan,
  key: string | undefined,
  nowMs: number,
): Promise<ReadonlyMap<string, string>> {
  const nodes = new Map<string, string>();
  for (const file of files) {
    const { content } = await loadMergeFile(file);
    const { node, endedAt } = content;
    if (key === undefined)
      throw refusal(file, "the check needs the key of the responder: --key-file, or PORTMATRIX_KEY");
    refuseForeign(file, content, { node, run: runNameOf(key), plan: planHashOf(wholePlan, node) });
    if (endedAt !== undefined && Date.parse(endedAt) < nowMs)
      throw refusal(
        file,
        `the responder on ${node} ended at ${endedAt}, before this run; join it with the run of that time: portmatrix report RUN.json --merge ${file}`,
      );
    nodes.set(node, file);
  }
  return nodes;
}

/** Reads records of arrivals for a run that was made: of the same topology and key, and of the same time. */
export async function loadForReport(files: readonly string[], run: Run): Promise<ArrivalsFile[]> {
  const all: ArrivalsFile[] = [];
  for (const file of files) {
    const { content } = await loadMergeFile(file);
    const expected = run.responders?.find(({ node, by }) => node === content.node && by === "hand");
    if (expected === undefined)
      throw refusal(
        file,
        `the run asked no responder on ${content.node} that was started by hand (check --responders ${content.node} --key-file FILE)`,
      );
    refuseForeign(file, content, expected);
    const [from, to] = [Date.parse(run.startedAt), Date.parse(run.startedAt) + run.durationMs];
    const ended = content.endedAt === undefined ? Infinity : Date.parse(content.endedAt);
    if (ended + clockSlackMs < from || Date.parse(content.startedAt) - clockSlackMs > to)
      throw refusal(
        file,
        `the responder on ${content.node} listened from ${content.startedAt}, the run is of ${run.startedAt}: not the same time`,
      );
    all.push(content);
  }
  return all;
}

function refuseForeign(file: string, { node, run, plan }: ArrivalsFile, expected: Expected): void {
  if (run !== expected.run) throw refusal(file, `the responder on ${node} had another key than the run`);
  if (plan !== expected.plan)
    throw refusal(file, `the responder on ${node} had another topology or catalog: what is planned there differs`);
}

const refusal = (file: string, message: string): InputError => new InputError([{ file, message }]);
