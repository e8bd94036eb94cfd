import type { Path } from "./place.ts";

/** Keys under which secrets are named. People write the secret itself there, or one level too high. */
const secretKeys: ReadonlySet<PropertyKey> = new Set(["snmp", "community", "password", "auth", "priv"]);

/**
 * True for a place below a key for credentials, so that a message must repeat nothing that stands there: neither a value
 * nor, after a slip of a bracket, a key. `ports: { snmp: 161 }` is no such place.
 */
export function mayHoldSecret(path: Path): boolean {
  return path.some((step, at) => secretKeys.has(step) && path[at - 1] !== "ports");
}

/** True for a value that a message must not repeat. A version is told: one digit, or `2c`. */
export function isSecret(path: Path, value: unknown): boolean {
  return mayHoldSecret(path) && !(path.at(-1) === "version" && /^\d[a-z]?$/.test(String(value)));
}
