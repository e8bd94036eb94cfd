import type { Problem } from "../model/text/problem.ts";
import type { SecretRef } from "../model/topology/snmp-settings.ts";
import type { Topology } from "../model/topology/topology.ts";
import { besideTopology } from "./topology/expand-hosts.ts";
import { quote, refuseProblems } from "./yaml/place.ts";
import type { Path } from "./yaml/place.ts";
import { readBytes } from "./text-file.ts";
import type { LoadedTopology } from "./topology/topology.ts";

/** Longest secret, in bytes. */
const secretLimit = 4096;
/** RFC 3414 §11.2: passwords for the usmUser key localization have at least eight characters. */
const shortestPassword = 8;

interface SecretUse {
  ref: SecretRef;
  path: Path;
  /** SNMPv3 passwords have a least length, communities have none. */
  isPassword: boolean;
}

/** Gives the value of a reference that was resolved before; any other is a bug and throws. */
export type SecretLookup = (ref: SecretRef) => string;

/** Two references with the same key name the same secret. */
function secretKey(ref: SecretRef): string {
  return "env" in ref ? `env ${ref.env}` : `file ${ref.file}`;
}

/**
 * Resolves the given references and no others; each distinct one is read once. Files are relative to the topology;
 * one line break at their end is dropped. Throws an `InputError` with all problems, each placed where the topology
 * first uses the reference. No message contains any part of a secret.
 */
export async function resolveSecrets(loaded: LoadedTopology, refs: Iterable<SecretRef>): Promise<SecretLookup> {
  const wanted = new Map<string, SecretRef>();
  for (const ref of refs) wanted.set(secretKey(ref), ref);
  let uses: ReturnType<typeof findUses> | undefined; // looked for when there is something to say
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [key, ref] of wanted) {
    const found = await readSecret(ref, loaded);
    if (!("problem" in found) && [...found.value].length >= shortestPassword) {
      values.set(key, found.value);
      continue;
    }
    uses ??= findUses(loaded.topology);
    const used = uses.get(key) ?? [];
    const report = (use: SecretUse | undefined, message: string): void => {
      const others = used.length > 1 ? ` (${used.length} places use it)` : "";
      const place = use === undefined ? { file: loaded.file } : loaded.locate(use.path);
      problems.push({ ...place, message: `${message}${others}` });
    };
    if ("problem" in found) {
      report(used[0], found.problem);
      continue;
    }
    const password = used.find(({ isPassword }) => isPassword);
    if (password !== undefined) {
      report(
        password,
        `${describe(ref)} is shorter than ${shortestPassword} characters, which SNMPv3 refuses (RFC 3414)`,
      );
    }
    values.set(key, found.value);
  }
  refuseProblems(problems);
  return (ref) => {
    const value = values.get(secretKey(ref));
    if (value === undefined) throw new Error(`${describe(ref)} was not resolved`);
    return value;
  };
}

async function readSecret(
  ref: SecretRef,
  { env, file }: LoadedTopology,
): Promise<{ value: string } | { problem: string }> {
  if ("env" in ref) {
    const value = Object.hasOwn(env, ref.env) ? env[ref.env] : undefined;
    if (value === undefined) {
      return { problem: `${describe(ref)} is not set; set it before the call, or use { file: PATH }` };
    }
    return judge(value, describe(ref), Buffer.byteLength(value));
  }
  const path = besideTopology(file, ref.file);
  const bytes = await readBytes(path, secretLimit + 2);
  if (typeof bytes === "string") return { problem: `${describe(ref)}: ${bytes}` };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    return { problem: `${describe(ref)} is not UTF-8 text` };
  }
  return judge(text, describe(ref), Buffer.byteLength(text));
}

function judge(value: string, what: string, bytes: number): { value: string } | { problem: string } {
  if (value === "") return { problem: `${what} is empty` };
  if (bytes > secretLimit) return { problem: `${what} is longer than ${secretLimit} bytes` };
  if (value.includes("\0")) return { problem: `${what} contains a NUL character` };
  return { value };
}

function describe(ref: SecretRef): string {
  return "env" in ref ? `environment variable ${ref.env}` : `secret file ${quote(ref.file)}`;
}

/** The environment without the variables that hold a secret of the topology: what another program may see. */
export function withoutSecrets({ topology, env }: Pick<LoadedTopology, "topology" | "env">): LoadedTopology["env"] {
  const secret = new Set<string>();
  for (const { ref } of [...findUses(topology).values()].flat()) if ("env" in ref) secret.add(ref.env);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secret.has(name)));
}

/** Where each secret of a topology is used, in the order of the file. */
function findUses(topology: Topology): Map<string, SecretUse[]> {
  const uses = new Map<string, SecretUse[]>();
  const add = (ref: SecretRef | undefined, path: Path, isPassword: boolean): void => {
    if (ref === undefined) return;
    const known = uses.get(secretKey(ref));
    if (known === undefined) uses.set(secretKey(ref), [{ ref, path, isPassword }]);
    else known.push({ ref, path, isPassword });
  };
  for (const [index, { snmp }] of topology.hosts.entries()) {
    const base = ["hosts", index, "snmp"];
    if (snmp === undefined) continue;
    if (snmp.version === "3") {
      add(snmp.auth?.password, [...base, "auth", "password"], true);
      add(snmp.priv?.password, [...base, "priv", "password"], true);
    } else add(snmp.community, [...base, "community"], false);
  }
  return uses;
}
