import type { Run } from "../../model/run/run.ts";

/**
 * The topology as a path inside the repository, for services that pin findings to files; they know no other place, as
 * nobody's source code is wrong. Absent if it was read from standard input or stands elsewhere.
 */
export function annotatedFile({ topology }: Pick<Run, "topology">): string | undefined {
  const path = topology?.replaceAll("\\", "/").replace(/^(?:\.\/+)+/, "");
  if (path === undefined || path === "" || path === "-") return undefined;
  return /^(?:\/|[A-Za-z]:)|(?:^|\/)\.\.(?:\/|$)/.test(path) ? undefined : path;
}

/** What stands for the topology where a path is required and none is known: its usual name. */
export const usualFile = "portmatrix.yaml";
