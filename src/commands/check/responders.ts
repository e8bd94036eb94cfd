import { setTimeout as pause } from "node:timers/promises";
import type { Plan } from "../../model/flow.ts";
import type { Observation } from "../../model/outcome.ts";
import type { AtFarEnd, Observed } from "../../model/run/observed.ts";
import type { ResponderFact } from "../../model/run/run.ts";
import type { Stage } from "../../model/verdict.ts";
import type { Observe, Task } from "../../model/task.ts";
import type { RespondOrder } from "../../model/run/responder.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { countingAt } from "./counting.ts";
import { type LivePort, type LiveRequest, openLiveWindows } from "./live-windows.ts";
import type { ScheduledProbe } from "../../schedule/schedule.ts";
import { loadMergeFile } from "../../load/merge-file.ts";
import { type NodeFarEnd, joinArrivals } from "../responder/join.ts";
import { notHeldAmong } from "../responder/not-held.ts";
import { keyOfProbe, planHashOf, runNameOf, tagOf } from "../responder/key.ts";
import { placeKey, placesOn, type WantedPlace } from "../responder/places.ts";
import { collectAddresses } from "../responder/senders.ts";
import { type StartedResponder, startResponder } from "../responder/start.ts";
import type { Prepared } from "./prepare.ts";
import type { ResponderOptions } from "./responder-options.ts";
import type { Vantages } from "./vantages.ts";

/** What the kernel's tables are read again after. A handshake in them lasts for a minute, a tracked datagram for half of one. */
const watchEveryMs = 1_000;
const patienceMs = 20_000;
/** On top of what a run may take: then a port is given back whatever became of the checker. */
const spareMs = 60_000;
/** What a port of a live network is given back after, whatever becomes of the checker; and how long giving back may take. */
const windowMs = 60_000;
const givenBackMs = 150;
/** Where something did not come back, how long its traces may take to be told. */
const lastLookMs = watchEveryMs + 700;

/** What responders do for a run. */
export interface Responders {
  /** The probes, those to ports that a responder holds changed into requests to it. */
  tasks: readonly ScheduledProbe[];
  /** Sends requests to ports of a live network while they are held. */
  through: (observe: Observe) => Observe;
  /** True where somebody accepted a request to a responder and did not answer it: worth a second look. */
  lacksAnswer: (probe: string, observation: Observation) => boolean;
  /** What was seen of a probe, with what the other end has said of it so far. */
  join: (probe: string, seen: Observed) => Observed;
  /** Waits for the last arrivals, gives all ports back and puts what was seen at the other end into `observed`. */
  finish: (observed: Map<string, Observed>) => Promise<void>;
  /** Gives all ports back. */
  stop: () => void;
  /** What became of them; whole once all ports are given back. */
  facts: () => readonly ResponderFact[];
}

/** Starts the responders of a run and waits until they hold what they can. */
export async function startResponders(
  { plan, stage, tasks, addressesOf }: Pick<Prepared, "plan" | "stage" | "tasks" | "addressesOf">,
  wholePlan: Plan,
  { key, started: nodes, byHand, records }: ResponderOptions,
  vantages: Pick<Vantages, "vantageOf">,
  runsForMs: number,
): Promise<Responders> {
  const sendable = new Set(tasks.map(({ id }) => id));
  const flows = plan.flows.filter(({ probe }) => sendable.has(probe));
  const wanted = new Map([...nodes, ...byHand].map((node) => [node, placesOn(node, flows)] as const));
  const started = new Map<string, StartedResponder>();
  const opens = new Map<string, Vantage>();
  const failures = new Map<string, string>();
  const livePorts = new Map<string, { port: LivePort; probe: string }>();
  const startOne = async (node: string) => {
    const opened = await vantages.vantageOf(node);
    if (typeof opened === "string") return void failures.set(node, opened);
    const places = (wanted.get(node) ?? []).map(({ protocol, address, port }) => ({ protocol, address, port }));
    const order = { key, places, forMs: runsForMs + spareMs, watchEveryMs };
    // What is live may be started at any time: a port is held no longer than it is asked.
    const looksOnly = stage === "live" ? { looksOnly: true as const } : {};
    const responder = startResponder(opened, { ...order, ...looksOnly }, patienceMs);
    started.set(node, responder);
    opens.set(node, opened);
    await responder.ready;
    if (responder.failure !== undefined) return void failures.set(node, responder.failure);
    if (stage !== "live") return;
    for (const place of wanted.get(node) ?? []) {
      const port = livePort(place, opened, { key, forMs: windowMs, watchEveryMs }, responder);
      for (const probe of place.probes) livePorts.set(tagOf(probe), { port, probe });
    }
  };
  await Promise.all(nodes.filter((node) => wanted.get(node)?.length !== 0).map(startOne));

  const working = new Map([...started].filter(([node]) => !failures.has(node)));
  const asking = new Set<string>();
  for (const [node, places] of wanted)
    for (const place of places)
      if (byHand.includes(node) || isHeld(place, working.get(node)))
        for (const probe of place.probes) asking.add(probe);
  const assumed = assumedEnds(byHand, wanted);
  const run = runNameOf(key);
  const recorded = new Map<string, NodeFarEnd>();
  const own = collectAddresses(addressesOf);
  const farEnds = () =>
    new Map([
      ...assumed,
      ...joinArrivals(new Map([...working, ...recorded]), {
        flows,
        probes: plan.probes,
        addressesOf: own.addresses,
      }),
    ]);
  const noteAddresses = (observed: ReadonlyMap<string, Observed>) => {
    for (const { probe, from } of flows)
      for (const { evidence } of observed.get(probe)?.observation.answers ?? [])
        if (evidence.localAddress !== undefined) own.add(from, evidence.localAddress);
  };
  let known: { arrivals: number; ends: Map<string, AtFarEnd[]> } | undefined;
  const endsNow = () => {
    const arrivals = [...working.values()].reduce((sum, one) => sum + one.arrivals.length + one.places.length, 0);
    if (known?.arrivals !== arrivals) known = { arrivals, ends: farEnds() };
    return known.ends;
  };
  const counting = countingAt(
    new Map([...working].map(([node, responder]) => [node, { responder, vantage: opens.get(node) }])),
    { flows, key, addressesOf },
  );
  const withEnds = (seen: Observed, probe: string, ends: readonly AtFarEnd[] | undefined): Observed => {
    const [counted, only] = [counting.of(probe), ends?.length === 1 ? ends[0] : undefined];
    if (ends === undefined || counted === undefined || only === undefined)
      return ends === undefined ? seen : { ...seen, farEnds: ends };
    return { ...seen, farEnds: [{ ...only, farEnd: { ...only.farEnd, counted } }] };
  };
  const stop = () => {
    for (const responder of started.values()) responder.stop();
  };
  const tasksNow = tasks.map((task) =>
    asking.has(task.id) && mayAskHand(task, stage, byHand, flows) ? requestOf(task, run, key) : task,
  );
  const taskOf = new Map(tasks.map((task) => [task.id, task]));
  const liveRequestOf = ({ probe }: Task): LiveRequest | undefined => {
    const found = probe.kind === "responder" ? livePorts.get(probe.tag) : undefined;
    const usual = found === undefined ? undefined : taskOf.get(found.probe);
    if (found === undefined || usual === undefined) return undefined;
    return { port: found.port, usual: usual.task, mayRepeat: usual.mayConfirm };
  };
  // One for all senders: they share a port that is held.
  const throughWindows = openLiveWindows(liveRequestOf, lastLookMs);
  const facts = [...wanted.keys()].map((node): ResponderFact => {
    const failure = failures.get(node);
    const places = working.get(node)?.places ?? [];
    const notHeld = notHeldAmong(places);
    return {
      node,
      by: byHand.includes(node) ? "hand" : "vantage",
      run,
      plan: planHashOf(wholePlan, node),
      held: places.filter(({ state }) => state === "held").length,
      inUse: places.filter(({ state }) => state === "in-use").length,
      ...(notHeld.length === 0 ? {} : { notHeld }),
      ...(failure === undefined ? {} : { failure }),
    };
  });
  return {
    tasks: tasksNow,
    through: (observe) => throughWindows(counting.through(observe)),
    lacksAnswer: (probe, { answers }) =>
      asking.has(probe) &&
      answers.some(
        ({ outcome, evidence: { responder } }) =>
          // In a live network it may be a service that was asked as usual.
          outcome.kind === "open" && (stage === "live" ? responder?.answered === false : responder?.answered !== true),
      ),
    join: (probe, seen) => withEnds(seen, probe, endsNow().get(probe)),
    finish: async (observed) => {
      const isWhole = ({ observation }: Observed) =>
        observation.answers.every(({ outcome }) => outcome.kind === "open");
      if (working.size + records.size > 0 && ![...observed.values()].every(isWhole))
        await pause(records.size > 0 ? 2 * lastLookMs : lastLookMs);
      stop();
      for (const [node, file] of records) recorded.set(node, (await loadMergeFile(file)).content);
      noteAddresses(observed);
      const ends = farEnds();
      for (const [probe, seen] of observed) observed.set(probe, withEnds(seen, probe, ends.get(probe)));
    },
    stop,
    facts: () => facts.map((fact) => ({ ...fact, ...failureOf(working.get(fact.node)) })),
  };
}

/** Why there is no responder any more. */
const failureOf = (responder: StartedResponder | undefined): Pick<ResponderFact, "failure"> =>
  responder?.failure === undefined ? {} : { failure: responder.failure };

/** A port of a live network, taken again through an open vantage point; `all` gets what is said of it, too. */
function livePort(
  { protocol, address, port }: WantedPlace,
  vantage: Vantage,
  order: Omit<RespondOrder, "places">,
  all: StartedResponder,
): LivePort {
  const place = { protocol, address, port };
  const take = async () => {
    const responder = startResponder(vantage, { ...order, places: [place] }, patienceMs, all);
    await responder.ready;
    return { isHeld: responder.failure === undefined && isHeld(place, responder), release: () => responder.stop() };
  };
  return {
    hold: async () => {
      const first = await take();
      if (first.isHeld) return first;
      first.release();
      await pause(givenBackMs); // the socket that held it before may need a moment to be gone
      return take();
    },
  };
}

/** True if the responder has every address of a place that is on its machine. */
function isHeld(place: Omit<WantedPlace, "probes">, responder: NodeFarEnd | undefined): boolean {
  const key = placeKey(place);
  const states = (responder?.places ?? []).filter((one) => placeKey({ ...one, address: one.asked }) === key);
  return states.length > 0 && states.every(({ state }) => state === "held");
}

/**
 * Which ports a responder that was started by hand holds is not known here. In a live network a service that could be
 * disturbed (docs/notes/probe-safety.md) is asked as usual.
 */
function mayAskHand(
  { id, mayConfirm }: ScheduledProbe,
  stage: Stage,
  byHand: readonly string[],
  flows: Plan["flows"],
): boolean {
  if (stage === "preinstall" || mayConfirm) return true;
  return !flows.some(({ probe, to }) => probe === id && byHand.includes(to));
}

function requestOf({ id, vantage, target, task }: ScheduledProbe, run: string, key: string): ScheduledProbe {
  const { probe } = task;
  if (probe.kind === "icmp") throw new Error(`${id}: no responder answers an echo`);
  const tag = tagOf(id);
  const transport = probe.kind === "tcp" ? "tcp" : "udp";
  const request = { kind: "responder", transport, port: probe.port, run, tag, key: keyOfProbe(key, tag) } as const;
  const { careful: _, ...rest } = task;
  return { id, vantage, target, task: { ...rest, probe: request }, mayConfirm: true };
}

function assumedEnds(byHand: readonly string[], wanted: ReadonlyMap<string, readonly WantedPlace[]>) {
  const ends = new Map<string, AtFarEnd[]>();
  for (const node of byHand)
    for (const { address, probes } of wanted.get(node) ?? [])
      for (const probe of probes) ends.set(probe, [{ address, farEnd: { state: "assumed", arrivals: [] } }]);
  return ends;
}
