import { noCounts } from "../../model/severity.ts";
import { summaryOf } from "../../judge/rollup.ts";
import { type Settling, startSettling } from "../../judge/settle.ts";
import type { Flow } from "../../model/flow.ts";
import type { Judgement, Result, Run, Summary } from "../../model/run/run.ts";
import { ndjsonHeader, ndjsonResult, ndjsonSummary } from "../../report/run/ndjson.ts";
import { streamed } from "../../report/run/renderers.ts";
import { phrase } from "../../report/reasons/phrase.ts";
import type { Observed } from "../../model/run/observed.ts";
import type { Destination } from "../output/formats.ts";
import { type Undelivered, undeliveredTo } from "../output/output.ts";
import { type OutputFile, openOutput } from "../output/output-file.ts";
import type { Prepared } from "./prepare.ts";
import { type Circumstances, factsOf } from "./record.ts";

/** Writes the format `ndjson` while a run goes on. No line is kept: what is final is written and forgotten. */
export interface RunStream {
  /** Before the first probe: the header, and what this run cannot send. */
  begin: (prepared: Prepared, circumstances: Pick<Circumstances, "version" | "startedAt">) => Promise<void>;
  /** After each probe: what has become final by it. Gives the probes whose observation the rest of the run does without. */
  observed: (probe: string, seen: Observed) => readonly string[];
  /** The flows of which nothing was written yet. */
  rest: () => readonly Flow[];
  /**
   * After the last probe: what had to wait for the whole run, the summary, and the file in its place. `run` may be the
   * record of the rest alone. Gives the counts of all that was written, and the places that could not be written.
   */
  end: (run: Run) => Promise<{ summary: Summary; undelivered: Undelivered[] }>;
}

/** The stream of a run, if `ndjson` is asked for. Files are opened by `begin`. */
export function streamOf(
  destinations: readonly Destination<string>[],
  out: (text: string) => void,
): RunStream | undefined {
  const wanted = destinations.filter(({ format }) => format === streamed);
  if (wanted.length === 0) return undefined;
  const counts = noCounts();
  let places: LineSink[] = [];
  let settling: Settling | undefined;
  let topology: string | undefined;
  let pending = "";
  const flush = () => {
    if (pending === "") return;
    for (const place of places) place.write(pending);
    pending = "";
  };
  const write = (lines: string) => {
    if (pending === "") setImmediate(flush); // one write for all that ends in one turn of the event loop
    pending += lines;
  };
  const writeResult = (result: Result) => {
    counts[result.verdict] += 1;
    write(ndjsonResult(result));
  };
  const writeJudged = (judgements: readonly Judgement[]) => {
    for (const judgement of judgements) writeResult(phrase(judgement, { topology }));
  };
  const rest = () => settling?.rest() ?? [];
  return {
    begin: async (prepared, circumstances) => {
      places = await Promise.all(wanted.map(({ file }) => (file === undefined ? onStdout(out) : openFile(file))));
      topology = prepared.file;
      settling = startSettling(prepared);
      write(ndjsonHeader(factsOf(prepared, circumstances), prepared.plan.flows.length));
      writeJudged(settling.unsendable());
    },
    observed: (probe, seen) => {
      const { judgements = [], over = [] } = settling?.settle(probe, seen) ?? {};
      writeJudged(judgements);
      return over;
    },
    rest,
    end: async (run) => {
      const unwritten = new Set(rest().map(({ id }) => id));
      for (const result of run.results) if (unwritten.has(result.id)) writeResult(result);
      const summary = summaryOf(counts);
      write(ndjsonSummary({ ...run, summary }));
      flush();
      const undelivered = await Promise.all(places.map((place) => place.close()));
      return { summary, undelivered: undelivered.flatMap((line) => line ?? []) };
    },
  };
}

/** Where lines go. One that fails takes no more of them, and disturbs no other. */
interface LineSink {
  write: (text: string) => void;
  /** Says what went wrong, if anything did. */
  close: () => Promise<Undelivered | undefined>;
}

const onStdout = (out: (text: string) => void): LineSink => ({ write: out, close: () => Promise.resolve(undefined) });

async function openFile(file: string): Promise<LineSink> {
  let output: OutputFile;
  try {
    output = await openOutput(file);
  } catch (error) {
    return { write: () => undefined, close: () => Promise.resolve(undeliveredTo(file, error)) };
  }
  return {
    write: (text) => void (output.stream.writable && output.stream.write(text)),
    close: () =>
      output.commit().then(
        () => undefined,
        (error: unknown) => undeliveredTo(file, error),
      ),
  };
}
