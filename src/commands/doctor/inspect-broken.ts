import { diagnose } from "../../diagnose/diagnose.ts";
import { explainFailure } from "../../judge/inspection/explain-failure.ts";
import type { Sighting, StepName } from "../../model/registration/doctor.ts";
import type { Replay } from "../../model/registration/replay.ts";
import type { Vantages } from "../check/vantages.ts";
import { failureAt, seenIn } from "../../judge/inspection/failure.ts";
import { inspectorOf, throughOf } from "../inspect/inspect-run.ts";
import { readHost } from "../inspect/read-host.ts";
import { settingsFor, siteNames } from "../inspect/site-expectations.ts";
import type { Patient } from "./subject.ts";

/** Whose machine may tell why a step is broken: that of the other end. */
const targetOf: Partial<Record<StepName, "host" | "server">> = {
  web: "server",
  connection: "server",
  "way-back": "host",
};

/** What reading needs of its surroundings. */
interface Reading {
  vantages: Pick<Vantages, "vantageOf">;
  signal: AbortSignal;
  /** Where one line about it goes; nowhere if absent. */
  say?: ((line: string) => void) | undefined;
}

/**
 * Reads, read only, the target of the first broken step, where there is a vantage point for it, and adds what explains
 * there that the step failed as it did. Nothing is asked again.
 */
export async function inspectBroken(
  patient: Patient,
  replay: Replay,
  { vantages, signal, say }: Reading,
): Promise<Replay> {
  const { subject } = patient;
  const { firstBroken, steps } = diagnose(subject, replay);
  const step = firstBroken;
  const target = step === undefined ? undefined : targetOf[step];
  if (step === undefined || target === undefined || signal.aborted) return replay;
  const failed = (steps.find(({ name }) => name === step)?.sightings ?? []).filter(
    (one): one is Sighting & { address: string } =>
      one.address !== undefined && one.url === undefined && seenIn(one) !== undefined,
  );
  if (failed.length === 0) return replay;

  const node = target === "server" ? subject.server : (subject.host ?? "the host");
  const note = (text: string): Replay => {
    say?.(`portmatrix: note: --inspect: ${text}\n`);
    return replay;
  };
  if (patient.vantages[target] === undefined) return note(`there is no vantage point for ${node}`);
  const vantage = await vantages.vantageOf(target);
  if (typeof vantage === "string") return note(`${node}: ${vantage}`);
  const inspect = inspectorOf(vantage);
  if (inspect === undefined) return note(`${node}: ${vantage.description} cannot read its machine`);
  const sites = patient.topology === undefined ? [] : siteNames(patient.topology, node);
  const parts = await inspect({ ports: [...new Set(failed.map(({ port }) => port))], sites });
  if (typeof parts === "string") return note(`${node} could not be read: ${parts}`);

  const host = readHost(parts);
  const through = throughOf(vantage);
  const inspected = failed.flatMap((one) => {
    const { port, address } = one;
    const inspection = explainFailure(failureOf(patient, target, one), host);
    return inspection === undefined ? [] : [{ step, port, address, inspection: { ...inspection, ...through } }];
  });
  return inspected.length === 0 ? replay : { ...replay, inspected };
}

function failureOf(
  { subject, topology }: Patient,
  target: "host" | "server",
  sighting: Sighting & { address: string },
) {
  const { port } = sighting;
  return {
    protocol: "tcp",
    port,
    ...failureAt(sighting, target === "server" ? subject.hostAddresses : subject.addresses),
    settings:
      target === "server" && topology !== undefined
        ? settingsFor(topology, { to: subject.server, port, protocol: "tcp" })
        : [],
    isAgent: target === "host",
  } as const;
}
