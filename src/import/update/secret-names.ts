import type { Draft } from "../draft/draft.ts";

/** Names of variables in a value, in its order. */
function variablesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) =>
    key === "env" && typeof inside === "string" ? [inside] : variablesIn(inside),
  );
}

function renamed<Value>(value: Value, names: ReadonlyMap<string, string>): Value {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inside]) => [
    key,
    key === "env" && typeof inside === "string" ? (names.get(inside) ?? inside) : renamed(inside as unknown, names),
  ]);
  return Object.fromEntries(entries) as Value;
}

/**
 * The draft with the old topology's names of variables. Each import numbers secrets anew, so a number alone may mean another
 * secret there: a host that both know tells which is which, and a secret that no such host has gets a name that is free.
 */
export function namedAsBefore(draft: Draft, known: readonly { name: string; snmp?: unknown }[]): Draft {
  const before = new Map(known.map(({ name, snmp }) => [name, variablesIn(snmp)]));
  const taken = new Set([...before.values()].flat());
  const names = new Map<string, string>();
  for (const { name, snmp } of draft.hosts) {
    const [now, was = []] = [variablesIn(snmp), before.get(name)];
    if (now.length !== was.length) continue; // a file holds it, or the host is asked in another way now
    for (const [at, variable] of now.entries()) if (!names.has(variable)) names.set(variable, was[at] ?? variable);
  }
  let next = 1;
  for (const { env } of draft.secrets) {
    if (names.has(env)) continue;
    while (taken.has(`SNMP_${next}`)) next++;
    taken.add(`SNMP_${next}`);
    names.set(env, `SNMP_${next}`);
  }
  return {
    ...draft,
    hosts: draft.hosts.map((host) => (host.snmp === undefined ? host : { ...host, snmp: renamed(host.snmp, names) })),
    secrets: draft.secrets.map(({ env, holds }) => ({ env: names.get(env) ?? env, holds })),
  };
}
