import { readIpLiteral } from "../../model/address/ip-literal.ts";
import type { Fragment } from "../../model/run/fragment.ts";
import type { Plan, Probe } from "../../model/flow.ts";
import type { Observed } from "../../model/run/observed.ts";
import type { TakenFact } from "../../model/run/run.ts";
import type { ScriptAsked, ScriptPlan } from "../../model/script.ts";
import { nothingSent } from "../../model/unsent.ts";
import type { Gathered } from "../../load/fragment/gather.ts";
import { observeRecorded } from "../../probe/recorded/observe.ts";
import { scriptPlanOf } from "../../probe/recorded/orders.ts";
import { whyHome } from "../../vantage/leads-home.ts";
import { type NodeLeft, whyNodeLeft } from "./left-out.ts";
import { writeScript } from "../script/text-of.ts";

/** What fragments are held against. */
export interface FragmentContext {
  /** The plan before options narrowed it: a script has all that its node has to send. */
  wholePlan: Plan;
  nodes: readonly string[];
  version: string;
  nowMs: number;
  /** An older fragment is left out. */
  maxAgeMs: number;
  /** `nowMs` is when a run ended: a fragment may be as much younger as it may be older. */
  isAnyTime?: boolean;
  /** Why a node's own fragment is of no use; `undefined` where it is. */
  whyNot?: (node: string) => NodeLeft | undefined;
}

/** What fragments brought, by probe, and who took it when; `left` says in a line each what was left out and why. */
export interface MergedFragments {
  observed: ReadonlyMap<string, Observed>;
  taken: readonly TakenFact[];
  left: readonly string[];
  /** What listens on their machines, by node, of those whose scripts said so. */
  listening: ReadonlyMap<string, ListeningFact>;
}

/** What a script found listening on its own machine. */
export type ListeningFact = Pick<Fragment, "tool" | "endedAt"> & Exclude<Fragment["listening"], string | undefined>;

/** How far apart the clocks of two machines may be, in milliseconds. */
const clockSlackMs = 5 * 60_000;

/** Joins fragments: each that belongs to the plan is judged as if it had just been seen; nothing of the others is lost. */
export async function mergeFragments(
  gathered: readonly Gathered[],
  context: FragmentContext,
): Promise<MergedFragments> {
  const left: string[] = [];
  const chosen = new Map<string, { place: string; fragment: Fragment; plan: ScriptPlan }>();
  for (const one of gathered) {
    const why = "refusal" in one ? one.refusal : whyForeign(one.fragment, context);
    if (why !== undefined || "refusal" in one) {
      left.push(`${one.place}: ${why ?? ""}`);
      continue;
    }
    const { place, fragment } = one;
    const { node, seed, timeoutMs, version } = fragment;
    const asked = askedIn(fragment);
    const plan = await scriptPlanOf(context.wholePlan, node, { version, seed, timeoutMs, asked });
    const changed = await whyChanged(fragment, plan, context);
    if (changed !== undefined) {
      left.push(`${place}: ${changed}`);
      continue;
    }
    const known = chosen.get(node);
    if (known !== undefined) {
      const [older, newer] = known.fragment.endedAt < fragment.endedAt ? [known, one] : [one, known];
      left.push(`${older.place}: ${newer.place} is a newer one of ${node}`);
      if (newer === known) continue;
    }
    chosen.set(node, { place, fragment, plan });
  }
  const observed = new Map<string, Observed>();
  const probes = new Map(context.wholePlan.probes.map((probe) => [probe.id, probe]));
  for (const { fragment, plan } of chosen.values()) await observeAll(fragment, plan, probes, observed);
  const own = [...chosen.values()].map(({ fragment }) => fragment);
  return { observed, taken: own.map(takenOf), left, listening: new Map(own.flatMap(listeningIn)) };
}

const askedIn = ({ asked }: Fragment): ScriptAsked | "nothing" =>
  asked === undefined
    ? "nothing"
    : { ports: asked.filter((one) => one.includes("/")), addresses: asked.filter((one) => !one.includes("/")) };

const listeningIn = ({ node, tool, endedAt, listening }: Fragment): [string, ListeningFact][] =>
  listening === undefined || typeof listening === "string" ? [] : [[node, { ...listening, tool, endedAt }]];

function whyForeign({ node, endedAt, beganAt }: Fragment, context: FragmentContext): string | undefined {
  const { nodes, nowMs, maxAgeMs, isAnyTime, whyNot } = context;
  if (!nodes.includes(node)) return `the topology has no node "${node}"`;
  const ageMs = nowMs - Date.parse(endedAt);
  if (ageMs < -(isAnyTime === true ? maxAgeMs : clockSlackMs))
    return `it says that it was taken at ${endedAt}, which is still to come; look at the clock of ${node}`;
  if (Date.parse(beganAt) > Date.parse(endedAt) + clockSlackMs) return "it says that it ended before it began";
  if (ageMs > maxAgeMs)
    return `it was taken at ${endedAt}, which is ${ageOf(ageMs)} ago; --max-age grants ${ageOf(maxAgeMs)}`;
  const why = whyNot?.(node);
  return why === undefined ? undefined : whyNodeLeft(why, node);
}

async function whyChanged(
  fragment: Fragment,
  plan: ScriptPlan,
  { version }: FragmentContext,
): Promise<string | undefined> {
  const { node, shell, script, scriptFound, flows } = fragment;
  if (fragment.plan !== plan.plan)
    return `it is of another plan: what ${node} has to send is not what its script had; write it anew (portmatrix script --from ${node})`;
  if (fragment.version === version) {
    const written = await writeScript(shell, plan);
    const isChanged = script !== written.id || (scriptFound !== undefined && scriptFound !== written.sha256);
    if (isChanged) return `the script on ${node} was changed after it was written: its hash is another one`;
  }
  const orders = new Map(plan.orders.map((order) => [order.number, order]));
  for (const { number, places } of flows) {
    const order = orders.get(number);
    if (order === undefined) return `it tells of a flow ${number}, which its script did not have`;
    const literal = readIpLiteral(order.target)?.text;
    const isStrange = places.some(
      ({ address }) => address !== "-" && literal !== undefined && readIpLiteral(address)?.text !== literal,
    );
    if (isStrange) return `it tells of an address that its script did not ask (flow ${number})`;
  }
  return undefined;
}

async function observeAll(
  { flows, seed, unreached }: Fragment,
  { orders }: ScriptPlan,
  probes: ReadonlyMap<string, Probe>,
  observed: Map<string, Observed>,
): Promise<void> {
  const byProbe = new Map<string, ScriptPlan["orders"][number][]>();
  for (const order of orders) byProbe.set(order.probe, [...(byProbe.get(order.probe) ?? []), order]);
  const told = new Map(flows.map((flow) => [flow.number, flow]));
  const observe = async (order: ScriptPlan["orders"][number]): Promise<void> => {
    const spec = probes.get(order.probe)?.spec;
    const [first, second] = byProbe.get(order.probe) ?? [];
    if (spec === undefined || first !== order) return;
    const more = second === undefined ? undefined : { order: second, flow: told.get(second.number) };
    const observation =
      unreached === undefined
        ? await observeRecorded({
            order,
            spec,
            seed,
            more,
            flow: told.get(order.number),
            whyHome: (name, address) => whyHome(name, address, () => false),
          })
        : nothingSent("vantage", unreached);
    observed.set(order.probe, { observation, attempts: 1, earlier: [] });
  };
  for (let at = 0; at < orders.length; at += 64) await Promise.all(orders.slice(at, at + 64).map(observe));
}

const takenOf = ({ node, tool, endedAt, shell, unreached, version, script }: Fragment): TakenFact => ({
  node,
  shell,
  tool,
  at: endedAt,
  version,
  script,
  ...(unreached === undefined ? {} : { unreached }),
});

/** To the minute, hour or day. */
function ageOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1_440)} days`;
}
