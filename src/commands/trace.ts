import { parseAddress } from "../model/address/address.ts";
import { InputError } from "../model/text/problem.ts";
import type { Traced, TraceReport } from "../model/run/trace.ts";
import type { Conclusion } from "../model/run/walk.ts";
import { kindOf, type VantageSpec } from "../model/topology/vantage-spec.ts";
import { withoutSecrets } from "../load/secret.ts";
import { traceFormats, traceRenderers } from "../report/trace/renderers.ts";
import { type Narrate, narratorOf } from "./check/narrate.ts";
import { identify, thisMachine } from "./identify/identify.ts";
import { lookups } from "./identify/lookups.ts";
import { nodesElsewhere, readFrom, refuseElsewhere } from "./identify/sender-place.ts";
import { appearance, inFile } from "./output/appearance.ts";
import { parseDestinations } from "./output/formats.ts";
import { conclude, deliver } from "./output/output.ts";
import { loadPlan, type Planned } from "./plan.ts";
import type { TraceOptions } from "./trace/options.ts";
import { type Aim, aimsOf } from "./trace/aims.ts";
import { openSender, type Sender } from "./trace/open-sender.ts";
import { traceFlow } from "./trace/trace-flow.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Walks the flow that is named, at each address that its target has, and says where it dies. */
export async function traceCommand(
  named: string,
  flow: string | undefined,
  given: TraceOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { version, signal } = surroundings;
  const narrate = narratorOf(given.verbose, surroundings.err);
  const [file, flowId] = flow === undefined && named.includes("->") ? ["portmatrix.yaml", named] : [named, flow];
  const options = readFrom(given);
  const destinations = await parseDestinations(options.format.length > 0 ? options.format : ["text"], traceFormats);
  // What a node must send is planned for it wherever it is walked from, so `--from` narrows nothing here.
  const { from: _, ...planning } = options;
  const planned = await loadPlan(file, { ...planning, section: [], only: [], quiet: true }, surroundings);
  const aims = aimsOf(planned.wholePlan, planned.loaded.topology, flowId, options);
  const from = aims[0]?.from ?? "";
  const spec = await senderOf(planned, file, { ...options, from });
  const startedAt = new Date().toISOString();
  narrate?.(`${aims.length === 1 ? "one flow" : `${aims.length} flows`} to trace from ${from} (${kindOf(spec)})`);
  surroundings.onProbing?.(true);
  const sender = await openSender(spec, { env: withoutSecrets(planned.loaded), signal });
  narrate?.(typeof sender === "string" ? `${from}: not open: ${sender}` : `${from}: open, by ${sender.description}`);
  try {
    const traces: Traced[] = [];
    for (const aim of aims) traces.push(...(await tracesOf(aim, sender, { ...options, signal, narrate })));
    surroundings.onProbing?.(false);
    const tool = { name: "portmatrix", version } as const;
    const report: TraceReport = { format: "portmatrix-trace/1", tool, startedAt, topology: file, traces };
    const undelivered = await deliver(
      destinations,
      async (format, toStdout) =>
        (await traceRenderers[format]())(report, toStdout ? appearance(surroundings, false) : inFile),
      surroundings.out,
    );
    return conclude(signal.aborted ? exitCodes.interrupted : worst(traces), undelivered, surroundings);
  } finally {
    if (typeof sender !== "string") await sender.close();
    lookups.close();
  }
}

/** How to send from a node: its vantage point, or this machine if it is that. */
async function senderOf(
  { loaded: { topology } }: Planned,
  file: string,
  { from, isFromSure }: { from: string; isFromSure?: boolean },
): Promise<VantageSpec> {
  const declared = topology.vantages[from];
  if (declared !== undefined) return declared;
  const here = await identify(topology, file, from, thisMachine);
  const elsewhere = await nodesElsewhere(topology, here, thisMachine);
  refuseElsewhere(topology, { from, ...(isFromSure === undefined ? {} : { isFromSure }) }, elsewhere);
  return "local";
}

async function tracesOf(
  { question, address: written, controls, isCareful, ...names }: Aim,
  sender: Sender | string,
  { sourcePort, signal, narrate }: { sourcePort?: number; signal: AbortSignal; narrate: Narrate | undefined },
): Promise<Traced[]> {
  const { protocol, port } = question;
  const untold = (address: string, detail: string): Traced => ({
    ...names,
    address,
    trace: {
      walk: { protocol, address, ...(port === undefined ? {} : { port }), steps: [], unsent: detail },
      conclusion: { kind: "untold", caveats: [], detail },
    },
  });
  if (typeof sender === "string") return [untold(written, sender)];
  const isName = parseAddress(written)?.kind === "name";
  const addresses = isName ? await sender.resolve(written) : [written];
  if (addresses.length === 0) return [untold(written, `the name ${written} does not resolve there`)];
  if (isCareful && sourcePort !== undefined && addresses.length > 1)
    throw new InputError([{ file: "--source-port", message: `${written} has several addresses; name one with --to` }]);
  const traces: Traced[] = [];
  for (const address of addresses) {
    narrate?.(`tracing ${port === undefined ? "ICMP echo" : `${port}/${protocol}`} to ${address}`);
    const trace = await traceFlow({ ...question, address, controls, isCareful, sourcePort, signal }, sender.send);
    narrate?.(`${address}: ${trace.conclusion.kind}`);
    traces.push({ ...names, address, through: sender.description, trace });
  }
  return traces;
}

const codes = {
  arrives: exitCodes.ok,
  "some-paths": exitCodes.failed,
  lost: exitCodes.failed,
  rejected: exitCodes.failed,
  reset: exitCodes.failed,
  "large-lost": exitCodes.failed,
  untold: exitCodes.undecided,
} as const satisfies Record<Conclusion["kind"], ExitCode>;

/** A flow that dies outweighs one that nothing can be told of. */
function worst(traces: readonly Traced[]): ExitCode {
  const all = traces.map(({ trace }) => codes[trace.conclusion.kind]);
  return all.find((code) => code === exitCodes.failed) ?? all.find((code) => code !== exitCodes.ok) ?? exitCodes.ok;
}
