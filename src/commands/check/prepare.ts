import { isSurprising } from "../../judge/surprise.ts";
import type { Plan, Probe } from "../../model/flow.ts";
import type { Observation } from "../../model/outcome.ts";
import { InputError } from "../../model/text/problem.ts";
import { isLocal, type VantageSpec } from "../../model/topology/vantage-spec.ts";
import type { ReportHead } from "../../model/topology/report-head.ts";
import type { Stage } from "../../model/verdict.ts";
import { type Decoy, decoysByProbe, sparedFromDecoys } from "../../plan/decoys.ts";
import type { ScheduledProbe } from "../../schedule/schedule.ts";
import type { MergedFragments } from "../merge/fragments.ts";
import { identify, nodesOf, thisMachine } from "../identify/identify.ts";
import { withoutSecrets } from "../../load/secret.ts";
import { readReportHead } from "../report/report-head.ts";
import type { ReportHeadOptions } from "../report/report-head-options.ts";
import { openerOf } from "../../vantage/openers.ts";
import type { Planned } from "../plan.ts";
import { nodesElsewhere, refuseElsewhere } from "../identify/sender-place.ts";
import { mergeFor } from "../merge/merge-for.ts";
import { probesOfOwnNames } from "../identify/own-names.ts";
import { type ResponderOptions, responderOptions } from "./responder-options.ts";
import { tasksOf } from "./tasks.ts";

/** A plan that is ready to be sent: who can send, what, and by which rules it will be judged. */
export interface Prepared {
  plan: Plan;
  /** File name of the topology as it was given. */
  file: string;
  /** What the HTML report begins with. */
  report?: ReportHead;
  stage: Stage;
  /** The nodes that this run can send from. */
  senders: ReadonlySet<string>;
  /** How to send from those of them that have something to send. */
  needed: ReadonlyMap<string, VantageSpec>;
  /** File descriptors that their vantage points hold. */
  descriptorsHeld: number;
  /** Environment of the programs that vantage points start: that of this process, without the secrets. */
  childEnv: Readonly<Record<string, string | undefined>>;
  tasks: readonly ScheduledProbe[];
  /** The decoy ports that may be asked, by probe id; empty if nobody asked for them. */
  decoys: ReadonlyMap<string, Decoy>;
  /** True for addresses that must not get one, whatever name led to them. */
  isSparedFromDecoys: (address: string) => boolean;
  /** Literal addresses of each node. */
  addressesOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** Responders at the other ends; absent where none is wanted. */
  responders?: ResponderOptions;
  /** What scripts brought from nodes that this run does not send from. */
  merged?: MergedFragments | undefined;
  /** Nodes that are said to be this machine, which has no address of theirs. */
  elsewhere: readonly string[];
  /** True if an observation deserves a confirmation. */
  isSurprising: (probe: string, observation: Observation) => boolean;
}

/** Options that a single run and a watch take alike; durations in milliseconds. */
export interface RunOptions extends ReportHeadOptions {
  from?: string;
  /** `--from NODE!`: this machine is NODE, whatever its addresses. */
  isFromSure?: boolean;
  stage?: Stage;
  timeout: number;
  concurrency?: number;
  rate?: number;
  /** Nodes with a responder, or `auto`. */
  responders?: readonly string[];
  /** File with the key that responders started by hand share. */
  keyFile?: string;
  /** Records of such responders. */
  merge?: readonly string[];
  /** Walk what failed by silence. */
  trace?: true;
  /** Read the targets of what failed. */
  inspect?: true;
  /** How old a fragment may be, in milliseconds. */
  maxAge?: number;
  /** Vantage points that are opened at a time. */
  vantages?: number;
  strict: boolean;
  /** Flows that nobody sent leave the run undecided. */
  complete: boolean;
  color: boolean;
  quiet: boolean;
  /** Whether stderr tells what is going on. */
  verbose?: boolean;
  /** Whether decoy ports are asked; absent where the topology decides. */
  controls?: boolean;
}

/** Finds out what can be sent from here, and puts the secrets in. Sends nothing; bad input is an InputError. */
export async function prepare(
  { loaded, plan, wholePlan }: Planned,
  file: string,
  options: Pick<
    RunOptions,
    | "from"
    | "isFromSure"
    | "stage"
    | "timeout"
    | "controls"
    | "responders"
    | "keyFile"
    | "inspect"
    | "merge"
    | "maxAge"
    | keyof ReportHeadOptions
  >,
  { version, say }: { version: string; say?: ((line: string) => void) | undefined } = { version: "" },
): Promise<Prepared> {
  const { topology } = loaded;
  const report = await readReportHead(options, { loaded });
  const senders = new Map<string, VantageSpec>(Object.entries(topology.vantages));
  const mayBeNone = (options.merge ?? []).length > 0;
  const here = await identify(topology, file, options.from, thisMachine, { mayBeNone, isCheck: true });
  for (const node of here) if (!isLocal(senders.get(node))) senders.set(node, "local");
  const elsewhere = await nodesElsewhere(topology, here, thisMachine);
  refuseElsewhere(topology, options, elsewhere);
  const sendable = plan.probes.filter(({ from }) => senders.has(from));
  const { merged, records } = await mergeFor({ plan, wholePlan, topology, file }, options, {
    isAlone: sendable.length === 0,
    senders,
    version,
    say,
  });
  if (sendable.length === 0 && merged === undefined)
    throw new InputError([{ file, message: nothingToSend(plan, [...senders.keys()]) }]);
  const stage = options.stage ?? topology.stage;
  const starts = new Set(sendable.map(({ from }) => from));
  const careful = new Set(sendable.flatMap(({ id, mayConfirm }) => (mayConfirm ? [] : [id])));
  const nodes = new Map<string, string>();
  if (careful.size > 0) for (const { probe, to } of plan.flows) if (careful.has(probe)) nodes.set(probe, to);
  const responders = await responderOptions({ plan, wholePlan, loaded }, new Set(senders.keys()), {
    ...options,
    merge: records,
  });
  for (const node of responders?.started ?? []) starts.add(node);
  // A target is opened for it as well, though it may have nothing to send.
  if (options.inspect === true) for (const { to } of plan.flows) if (senders.has(to)) starts.add(to);
  const expectations = unusualExpectations(sendable);
  const needed = new Map([...senders].filter(([node]) => starts.has(node)));
  return {
    plan,
    file,
    ...(report === undefined ? {} : { report }),
    stage,
    senders: new Set([...senders.keys(), ...(merged?.taken ?? []).map(({ node }) => node)]),
    merged,
    addressesOf: new Map(nodesOf(topology).map(({ name, address }) => [name, new Set(address)])),
    ...(responders === undefined ? {} : { responders }),
    elsewhere,
    needed,
    descriptorsHeld: [...needed.values()].reduce((sum, spec) => sum + openerOf(spec).descriptors, 0),
    childEnv: withoutSecrets(loaded),
    tasks: await tasksOf(
      sendable,
      loaded,
      options.timeout,
      (id) => nodes.get(id),
      probesOfOwnNames(plan.flows, topology, senders),
    ),
    decoys: decoysByProbe(plan, topology, options.controls),
    isSparedFromDecoys: sparedFromDecoys(topology),
    isSurprising: (id, observation) => isSurprising(expectations.get(id) ?? ["open"], stage, observation),
  };
}

/** What is expected of the probes that do not just have to be open, as nearly all have. */
function unusualExpectations(probes: readonly Probe[]): ReadonlyMap<string, Probe["expectations"]> {
  const isUsual = ({ expectations }: Probe): boolean => expectations.length === 1 && expectations[0] === "open";
  return new Map(probes.flatMap((one) => (isUsual(one) ? [] : [[one.id, one.expectations] as const])));
}

function nothingToSend(plan: Plan, senders: readonly string[]): string {
  const starts = [...new Set(plan.flows.map(({ from }) => from))];
  const named = senders.slice(0, 12).join(", ");
  const here =
    senders.length === 0
      ? "no node has a vantage point"
      : `only ${named} ${senders.length === 1 ? "has" : "have"} a vantage point`;
  return `none of the ${plan.flows.length} flows can be sent from here: ${here}, and the flows start at ${starts
    .slice(0, 12)
    .join(", ")}; run portmatrix there with --from NODE, or declare how to reach them under "vantages:"`;
}
