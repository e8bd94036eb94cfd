import { readFileSync } from "node:fs";

/** How much a run may do at once. */
export interface Limits {
  concurrency: number;
  perTarget: number;
  perTargetGapMs: number;
  confirmSpacingMs: number;
}

const wantedConcurrency = 4_000;
const descriptorsKept = 64;

/**
 * The limits of a run on this machine: in flight as many probes as half of the free file descriptors allow, few to
 * each target at once and a pause between two of them, so that no host gets a burst (facts §14).
 */
export function limitsHere(concurrency: number | undefined): Limits {
  const free = Math.max(descriptorLimit() - descriptorsKept, 16);
  return {
    concurrency: Math.min(concurrency ?? wantedConcurrency, Math.max(Math.floor(free / 2), 8)),
    perTarget: 4,
    perTargetGapMs: 20,
    confirmSpacingMs: 1_000,
  };
}

/** The soft limit of open files of this process, from proc(5); 1,024 where the system does not tell. */
function descriptorLimit(): number {
  try {
    const row = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    if (row === null) return 1_024;
    return row[1] === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(row[1]);
  } catch {
    return 1_024; // not Linux
  }
}
