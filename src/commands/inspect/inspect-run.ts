import pLimit from "p-limit";
import { explainFailure, type Failure } from "../../judge/inspection/explain-failure.ts";
import type { Flow } from "../../model/flow.ts";
import type { HostState, Inspect, InspectOrder, Inspection } from "../../model/inspection.ts";
import type { Observed } from "../../model/run/observed.ts";
import type { Answer } from "../../model/outcome.ts";
import type { Topology } from "../../model/topology/topology.ts";
import type { Task } from "../../model/task.ts";
import { inspectHere } from "../../responder/inspect-here.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import type { Prepared } from "../check/prepare.ts";
import type { Vantages } from "../check/vantages.ts";
import { failureAt, seenIn } from "../../judge/inspection/failure.ts";
import { settingsFor, siteNames } from "./site-expectations.ts";
import { readHost } from "./read-host.ts";

/** So many nodes are read at the same time, and so many ports of one. */
const nodesAtOnce = 8;
const mostPorts = 500;
/** So many flows to one node are asked once more, at the same time, so that a counter can be seen to rise. */
const mostAsked = 16;

/** What `check --inspect` needs of its surroundings. */
export interface InspectRunOptions {
  topology: Topology;
  vantages: Pick<Vantages, "vantageOf" | "observe">;
  signal: AbortSignal;
  /** Where one line about it goes; nowhere if absent. */
  say?: ((line: string) => void) | undefined;
}

/** What is known of the sender and the target besides. */
type Around = Pick<Prepared, "addressesOf"> & { topology: Topology };

/** A flow that failed at one address of its target. */
interface Failed {
  flow: Flow;
  seen: Observed;
  answer: Answer & { address: string };
}

/**
 * Reads, read only, the targets of the flows that failed, where they have a vantage point, and puts what explains the
 * failure into `observed`. Where a rule drops in silence, the flow is asked once more and its counter is read again.
 */
export async function inspectRun(
  prepared: Pick<Prepared, "plan" | "needed" | "tasks" | "addressesOf">,
  observed: ReadonlyMap<string, Observed>,
  options: InspectRunOptions,
): Promise<void> {
  const { signal, say } = options;
  const perNode = new Map<string, Failed[]>();
  for (const flow of prepared.plan.flows) {
    const one = failureOf(flow, observed.get(flow.probe));
    if (one !== undefined && prepared.needed.has(flow.to)) perNode.set(flow.to, [...(perNode.get(flow.to) ?? []), one]);
  }
  if (perNode.size === 0 || signal.aborted) return;
  say?.(
    `portmatrix: note: reading ${perNode.size === 1 ? "one node" : `${perNode.size} nodes`} that flows failed at\n`,
  );
  const limit = pLimit(nodesAtOnce);
  await Promise.all(
    [...perNode].map(([node, failed]) =>
      limit(() => (signal.aborted ? undefined : inspectNode(node, failed, prepared, options))),
    ),
  );
}

async function inspectNode(
  node: string,
  all: readonly Failed[],
  prepared: Pick<Prepared, "tasks" | "addressesOf">,
  { topology, vantages, signal, say }: InspectRunOptions,
): Promise<void> {
  const vantage = await vantages.vantageOf(node);
  const inspect = typeof vantage === "string" ? undefined : inspectorOf(vantage);
  if (typeof vantage === "string" || inspect === undefined) {
    if (typeof vantage !== "string")
      say?.(`portmatrix: note: ${node}: ${vantage.description} cannot read its machine\n`);
    return;
  }
  const ports = [...new Set(all.flatMap(({ flow }) => flow.port ?? []))].slice(0, mostPorts);
  // Of a port that was not asked for nothing is known.
  const failed = all.filter(({ flow }) => flow.port === undefined || ports.includes(flow.port));
  const parts = await inspect({ ports, sites: siteNames(topology, node) });
  if (typeof parts === "string") return void say?.(`portmatrix: note: ${node} could not be read: ${parts}\n`);
  const host = readHost(parts);
  const around = { ...prepared, topology };
  const through = throughOf(vantage);
  const found = failed.map((one) => ({ ...one, inspection: explainFailure(factsOf(one, around), host) }));
  for (const { seen, inspection } of found)
    if (inspection !== undefined) seen.inspection = { ...inspection, ...through };
  // One flow for each rule: a counter that rises must be this flow's.
  const perRule = new Map(
    found
      .filter(({ flow, inspection }) => isWorthAsking(inspection) && mayRepeat(flow, around))
      .map((one) => [ruleKey(one), one]),
  );
  const asked = [...perRule.values()].slice(0, mostAsked);
  if (asked.length === 0 || signal.aborted) return;
  const order: InspectOrder = {
    ports: [...new Set(asked.flatMap(({ flow }) => flow.port ?? []))],
    sites: [],
    isSecond: true,
  };
  const before = await inspect(order);
  await Promise.all(
    asked.map(async ({ flow, answer }) => {
      const task = prepared.tasks.find(({ id }) => id === flow.probe)?.task;
      if (task !== undefined) await vantages.observe(flow.from)(atAddress(task, answer.address), signal);
    }),
  );
  const after = await inspect(order);
  if (typeof before === "string" || typeof after === "string") return;
  const states = [readHost(before), readHost(after)] as const;
  for (const { inspection, ...one } of asked)
    if (inspection !== undefined) one.seen.inspection = { ...withRise(inspection, one, around, states), ...through };
}

/** The rules of iptables for IPv4 and IPv6 look alike and are two. */
const ruleKey = ({ inspection, answer }: Failed & { inspection: Inspection | undefined }): string => {
  const { chain, number, rule } = inspection?.firewall ?? {};
  return [inspection?.finding, answer.address.includes(":"), chain, number, rule].join("\n");
};

/** By what a machine was read, as an inspection says it; nothing where this program itself did. */
export const throughOf = ({ rung, description }: Vantage): { through?: string } =>
  rung === undefined ? {} : { through: description.slice(0, 300) };

/** What reads the machine of a vantage point; absent where nothing can. */
export const inspectorOf = ({ inspect, rung }: Vantage): Inspect | undefined =>
  inspect ?? (rung === undefined ? inspectHere : undefined);

/** A name may lead to several addresses; the one that failed is meant. */
const atAddress = (task: Task, address: string): Task => ({ ...task, target: address });

const isWorthAsking = (inspection: Inspection | undefined): boolean =>
  (inspection?.finding === "firewall" && inspection.firewall?.packets !== undefined) ||
  inspection?.finding === "queue-full";

const mayRepeat = ({ probe }: Flow, { tasks }: Pick<Prepared, "tasks">): boolean =>
  tasks.find(({ id }) => id === probe)?.mayConfirm === true;

/** The same finding, with how far its counter went while the flow was asked. */
function withRise(
  inspection: Inspection,
  failed: Failed,
  around: Around,
  [before, after]: readonly [HostState, HostState],
): Inspection {
  const [was, is] = [before, after].map((host) => explainFailure(factsOf(failed, around), host)?.firewall);
  const overflows =
    before.overflows === undefined || after.overflows === undefined ? undefined : after.overflows - before.overflows;
  const isSame = was?.rule === is?.rule && was?.chain === is?.chain && was?.number === is?.number;
  const rose = isSame && was?.packets !== undefined && is?.packets !== undefined ? is.packets - was.packets : undefined;
  return {
    ...inspection,
    ...(inspection.firewall === undefined || rose === undefined || rose < 0
      ? {}
      : { firewall: { ...inspection.firewall, rose } }),
    ...(inspection.finding === "queue-full" && overflows !== undefined && overflows >= 0 ? { overflows } : {}),
  };
}

/** What did not work at one address, if the target itself may tell why. */
function failureOf(flow: Flow, seen: Observed | undefined): Failed | undefined {
  if (flow.expect !== "open" || seen === undefined) return undefined;
  const answer = seen.observation.answers.find((one) => one.address !== undefined && seenIn(one) !== undefined);
  return answer?.address === undefined ? undefined : { flow, seen, answer: { ...answer, address: answer.address } };
}

function factsOf({ flow, answer }: Pick<Failed, "flow" | "answer">, { addressesOf, topology }: Around): Failure {
  return {
    protocol: flow.protocol,
    port: flow.port,
    ...failureAt(answer, addressesOf.get(flow.from) ?? []),
    settings: settingsFor(topology, flow),
    isAgent: flow.service.startsWith("Checkmk agent") || flow.port === 6556,
  };
}
