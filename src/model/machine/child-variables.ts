/** Variables by name, as a process has them. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What the programs that this one starts by itself get of its environment, by name; nothing else, so that no secret for
 * somebody else is in it. `vantage` is the program behind `exec`: it is the user's own, and nobody can know what his ssh
 * or kubectl need, so it gets all but the secrets of the topology (`load/secret.ts`).
 */
export const childVariables = {
  /** ping(8): where it is found, and what makes names and words of it; `LC_ALL` is set besides. */
  ping: ["PATH", "SystemRoot"],
  /** getaddrinfo(3) and Node (resolv.conf(5), hostname(7)). */
  lookups: ["PATH", "HOME", "LANG", "LC_ALL", "RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES", "SystemRoot"],
  /** The shell that ends process groups after a SIGKILL. */
  watchdog: [],
  /** What only lists the state of a machine; PATH and LC_ALL are set besides. */
  inspection: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The part of an environment that a child of this kind gets. */
export function variablesFor(child: keyof typeof childVariables, env: Variables): Record<string, string> {
  const own = childVariables[child].map((name): [string, string | undefined] => [name, env[name]]);
  return Object.fromEntries(own.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
