import { resolveSecrets, type SecretLookup } from "../../load/secret.ts";
import type { LoadedTopology } from "../../load/topology/topology.ts";
import type { PlannedSnmp, Probe } from "../../model/flow.ts";
import type { ProbeSpec, SnmpCredentials } from "../../model/task.ts";
import type { SecretRef } from "../../model/topology/snmp-settings.ts";
import type { ScheduledProbe } from "../../schedule/schedule.ts";

/**
 * Probes with their secrets put in, ready to be sent. They get `usualTimeoutMs` for an answer, unless the topology says
 * how long for theirs. `nodeOf` names the node behind a probe: where a service that does not bear a second connection
 * (docs/notes/probe-safety.md) has several addresses there, they are asked one after the other. `ownNames` are the
 * probes whose target is the machine that sends, see `probesOfOwnNames`.
 * Secrets that cannot be read are an InputError; nothing is sent.
 */
export async function tasksOf(
  probes: readonly Probe[],
  loaded: LoadedTopology,
  usualTimeoutMs: number,
  nodeOf: (probe: string) => string | undefined,
  ownNames: ReadonlySet<string> = new Set(),
): Promise<ScheduledProbe[]> {
  const secrets = await resolveSecrets(
    loaded,
    [...new Set(probes.map(({ spec }) => spec))].flatMap((spec) =>
      spec.kind === "snmp" ? referencesOf(spec.credentials) : [],
    ),
  );
  const withSecrets = openSpecs(secrets);
  const services = new Map<string, number>();
  const serviceOf = ({ id, from, spec, mayConfirm }: Probe): string | undefined =>
    mayConfirm || spec.kind !== "tcp" ? undefined : `${from} ${nodeOf(id)} ${spec.port}`;
  for (const probe of probes) {
    const service = serviceOf(probe);
    if (service !== undefined) services.set(service, (services.get(service) ?? 0) + 1);
  }
  const aloneOf = (probe: Probe): string | undefined => {
    const service = serviceOf(probe);
    return service === undefined || services.get(service) === 1 ? undefined : service;
  };
  return probes.map((probe) => {
    const { id, from: vantage, target, spec, mayConfirm, timeoutMs = usualTimeoutMs } = probe;
    const isBlockExpected = spec.kind === "tcp" && probe.expectations.includes("blocked");
    if (mayConfirm && !ownNames.has(id) && !isBlockExpected)
      return { id, vantage, target, task: { id, target, timeoutMs, probe: withSecrets(spec) }, mayConfirm };
    const task = {
      id,
      target,
      timeoutMs,
      probe: withSecrets(spec),
      ...(mayConfirm ? {} : { careful: true }),
      ...(isBlockExpected ? { isBlockExpected } : {}),
      ...(ownNames.has(id) ? { isOwnName: true } : {}),
    };
    const alone = aloneOf(probe);
    return { id, vantage, target, task, mayConfirm, ...(alone === undefined ? {} : { alone }) };
  });
}

function referencesOf(snmp: PlannedSnmp): SecretRef[] {
  if (snmp.version === "discovery") return [];
  if (snmp.version !== "3") return [snmp.community];
  return [snmp.auth?.password, snmp.priv?.password].filter((ref) => ref !== undefined);
}

/** Puts the secrets into what has to be sent; many probes send the same, and so does what comes out. */
function openSpecs(secretOf: SecretLookup): (spec: Probe["spec"]) => ProbeSpec {
  const known = new Map<Probe["spec"], ProbeSpec>();
  return (spec) => {
    if (spec.kind !== "snmp") return spec;
    const ready = known.get(spec) ?? { ...spec, credentials: credentialsOf(spec.credentials, secretOf) };
    known.set(spec, ready);
    return ready;
  };
}

function credentialsOf(snmp: PlannedSnmp, secretOf: SecretLookup): SnmpCredentials {
  if (snmp.version === "discovery") return snmp;
  if (snmp.version !== "3") return { ...snmp, community: secretOf(snmp.community) };
  const { auth, priv, user, context } = snmp;
  return {
    version: "3",
    user,
    ...(context === undefined ? {} : { context }),
    ...(auth === undefined ? {} : { auth: { ...auth, password: secretOf(auth.password) } }),
    ...(priv === undefined ? {} : { priv: { ...priv, password: secretOf(priv.password) } }),
  };
}
