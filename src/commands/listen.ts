import { setTimeout as pause } from "node:timers/promises";
import { InputError } from "../model/text/problem.ts";
import type { Arrival, ArrivalsFile, ResponderEvent, ResponderPlace } from "../model/run/responder.ts";
import { counted } from "../report/text/wording.ts";
import { listeningHere } from "../responder/here.ts";
import { respond } from "../responder/respond.ts";
import { listNodes, nodesOf } from "./identify/identify.ts";
import { loadPlan } from "./plan.ts";
import { giveUpRoot, userNamed } from "./responder/give-up-root.ts";
import { keyOf, ownProbeOf, planHashOf, readKey, runNameOf, tagOf } from "./responder/key.ts";
import type { ListenOptions } from "./responder/listen-options.ts";
import { arrivalLine, placesTable } from "./responder/listen-view.ts";
import { placeKey, placesOn } from "./responder/places.ts";
import { openRecord } from "./responder/record-file.ts";
import { exitCodes, type ExitCode, type Surroundings } from "./surroundings.ts";

/** How often the kernel's tables are read. */
const watchEveryMs = 500;
const mostArrivals = 200_000;
const mostPlaces = 100_000;

/**
 * Holds the ports that the plan needs on one node and that are free, and answers the probes of a check that has the same
 * key. Ends after `--for` or on a signal; the exit code is 0 unless it could hold no port at all.
 */
export async function listenCommand(
  file: string,
  options: ListenOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { out, err, signal, version } = surroundings;
  const key = await sharedKey(options, surroundings);
  const user = userNamed(options.user);
  const selection = { section: [], only: [], quiet: true, ...(options.catalog ? { catalog: options.catalog } : {}) };
  const { wholePlan, loaded } = await loadPlan(file, selection, surroundings);
  const nodes = nodesOf(loaded.topology).map(({ name }) => name);
  if (!nodes.includes(options.as))
    throw new InputError([
      { file: "--as", message: `the topology has no node "${options.as}"; nodes: ${listNodes(nodes)}` },
    ]);
  const wanted = placesOn(options.as, wholePlan.flows);
  if (wanted.length === 0)
    throw new InputError([{ file, message: `nothing is planned that ends at a port of ${options.as}` }]);
  const flows = wholePlan.flows.filter(({ to }) => to === options.as);
  const flowsOfTag = new Map<string, string[]>();
  const servedAt = new Map<string, Set<string>>();
  for (const flow of flows) {
    const { id, probe, protocol, address, port, section, service } = flow;
    // A check with `--from` sends for its node alone, though others are on the same machine.
    for (const tag of new Set([probe, ownProbeOf(flow)].map(tagOf)))
      flowsOfTag.set(tag, [...(flowsOfTag.get(tag) ?? []), id]);
    if (protocol === "icmp" || port === undefined) continue;
    const key = placeKey({ protocol, address, port });
    servedAt.set(key, (servedAt.get(key) ?? new Set()).add(`${section} ${service}`));
  }

  surroundings.onProbing?.(true);
  const places: ResponderPlace[] = [];
  const arrivals: Arrival[] = [];
  const startedAt = new Date().toISOString();
  let endedAt: string | undefined;
  const read = (): ArrivalsFile => ({
    format: "portmatrix-arrivals/1",
    tool: { name: "portmatrix", version },
    node: options.as,
    run: runNameOf(key),
    plan: planHashOf(wholePlan, options.as),
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    isWatched: true,
    places,
    arrivals,
    flows: Object.fromEntries(
      [...new Set(arrivals.flatMap(({ tag }) => tag ?? []))].flatMap((tag) => {
        const ids = flowsOfTag.get(tag);
        return ids === undefined ? [] : [[tag, ids]];
      }),
    ),
  });
  const record = options.record === undefined ? undefined : await openRecord(options.record, read);

  let onReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const hear = (event: ResponderEvent) => {
    if (event.kind === "place" && places.length < mostPlaces) places.push(event.place);
    if (event.kind === "ready" || event.kind === "ended") onReady();
    if (event.kind !== "arrival" || arrivals.length >= mostArrivals) return;
    arrivals.push(event.arrival);
    out(arrivalLine(event.arrival, flowsOfTag.get(event.arrival.tag ?? "") ?? []));
    record?.note();
  };
  const order = wanted.map(({ protocol, address, port }) => ({ protocol, address, port }));
  const forMs = options.for;
  const responder = respond({ key, places: order, forMs, watchEveryMs }, listeningHere(), hear);
  try {
    await ready;
    err(giveUpRoot(user, surroundings));
    const flowsOf = (place: ResponderPlace) =>
      [...(servedAt.get(placeKey({ ...place, address: place.asked })) ?? [])].slice(0, 2).join("; ");
    out(placesTable(places, flowsOf));
    const held = places.filter(({ state }) => state === "held").length;
    if (held === 0) return exitCodes.failed;
    const seconds = forMs / 1_000;
    const period = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
    out(`Listening on ${held} of ${counted(places.length, "port")} for ${period} at most; Ctrl-C ends it.\n`);
    record?.note();
    await Promise.race([responder.ended, pause(forMs, undefined, { signal }).catch(() => undefined)]);
    return exitCodes.ok;
  } finally {
    await responder.stop();
    endedAt = new Date().toISOString();
    await record?.close();
  }
}

/** The key from `--key-file`, where `-` is standard input, or from the environment; without one nobody could ask. */
async function sharedKey(
  { keyFile }: Pick<ListenOptions, "keyFile">,
  { env, readStdin }: Pick<Surroundings, "env" | "readStdin">,
): Promise<string> {
  if (keyFile === "-") return keyOf(new TextDecoder().decode(await readStdin()).trim(), "standard input");
  const key = await readKey({ keyFile, env });
  if (key !== undefined) return key;
  throw new InputError([
    {
      file: "--key-file",
      message:
        "a responder needs the key that the check has: make one with `openssl rand -hex 32`, and give it to both in a file, or in PORTMATRIX_KEY",
    },
  ]);
}
