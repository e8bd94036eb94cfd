import { readFileSync } from "node:fs";

/** The user that has nothing: Linux knows it by this number on every system. */
export const nobody = { uid: 65_534, gid: 65_534 } as const;

/** Why a machine has no responder whose root cannot become somebody else. */
export const rootStays =
  "the privileges of root could not be given up there, and a responder does not listen as root: use an ordinary user";
/** The errno of a worker for it; no kernel has one of this name. */
export const keepsRoot = "KEEPSROOT";

/**
 * True for the root of a user namespace that knows no other user, which outside is an ordinary user and cannot become
 * `nobody` (user_namespaces(7); docs/notes/responder.md#giving-roots-rights-up).
 */
export function isRootOfNothing(readMap: () => string = () => readFileSync("/proc/self/uid_map", "utf8")): boolean {
  try {
    const rows = readMap()
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => line.trim().split(/\s+/).map(Number));
    const isKnown = ([first = 0, outside = 0, count = 0]: readonly number[]) =>
      (first <= nobody.uid && nobody.uid < first + count) || (first === 0 && outside === 0);
    return rows.length > 0 && !rows.some(isKnown);
  } catch {
    return false; // no such file: no namespaces
  }
}
