import { resolveSecrets, type SecretLookup } from "../load/secret.ts";
import type { LoadedTopology } from "../load/topology.ts";
import type { Probe } from "../model/flow.ts";
import type { ProbeSpec } from "../model/task.ts";
import type { SecretRef, Snmp } from "../model/topology.ts";
import type { ScheduledProbe } from "../schedule/schedule.ts";

/**
 * Probes with their secrets put in, ready to be sent. `nodeOf` names the node behind a probe: where a service that does
 * not bear a second connection has several addresses there, they are asked one after the other (facts/checkmk.md §14).
 * Secrets that cannot be read are an InputError; nothing is sent.
 */
export async function tasksOf(
  probes: readonly Probe[],
  loaded: LoadedTopology,
  timeoutMs: number,
  nodeOf: (probe: string) => string | undefined,
): Promise<ScheduledProbe[]> {
  const secrets = await resolveSecrets(
    loaded,
    probes.flatMap(({ spec }) => (spec.kind === "snmp" ? referencesOf(spec.credentials) : [])),
  );
  const services = new Map<string, number>();
  const serviceOf = ({ id, from, spec, mayConfirm }: Probe): string | undefined =>
    mayConfirm || spec.kind !== "tcp" ? undefined : `${from} ${nodeOf(id)} ${spec.port}`;
  for (const probe of probes) {
    const service = serviceOf(probe);
    if (service !== undefined) services.set(service, (services.get(service) ?? 0) + 1);
  }
  const aloneOf = (probe: Probe): { alone?: string } => {
    const service = serviceOf(probe);
    return service === undefined || services.get(service) === 1 ? {} : { alone: service };
  };
  return probes.map((probe) => {
    const { id, from, target, spec, mayConfirm } = probe;
    const task = { id, target, timeoutMs, probe: withSecrets(spec, secrets), ...(mayConfirm ? {} : { careful: true }) };
    return { id, vantage: from, target, task, mayConfirm, ...aloneOf(probe) };
  });
}

function referencesOf(snmp: Snmp): SecretRef[] {
  if (snmp.version !== "3") return [snmp.community];
  return [snmp.auth?.password, snmp.priv?.password].filter((ref) => ref !== undefined);
}

function withSecrets(spec: Probe["spec"], secretOf: SecretLookup): ProbeSpec {
  if (spec.kind !== "snmp") return spec;
  const { credentials, ...rest } = spec;
  if (credentials.version !== "3")
    return { ...rest, credentials: { ...credentials, community: secretOf(credentials.community) } };
  const { auth, priv, user, context } = credentials;
  return {
    ...rest,
    credentials: {
      version: "3",
      user,
      ...(context === undefined ? {} : { context }),
      ...(auth === undefined ? {} : { auth: { ...auth, password: secretOf(auth.password) } }),
      ...(priv === undefined ? {} : { priv: { ...priv, password: secretOf(priv.password) } }),
    },
  };
}
