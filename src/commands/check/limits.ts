import { readFileSync } from "node:fs";

/** How much a run may do at once. */
export interface MachineLimits {
  concurrency: number;
  perTarget: number;
  perTargetGapMs: number;
  perNetwork: number;
  confirmSpacingMs: number;
}

const wantedConcurrency = 4_000;
const descriptorsKept = 64;

/**
 * The limits of a run on this machine: in flight as many probes as half of the free file descriptors and half of the
 * source ports allow (`descriptorsHeld` are those of its vantage points), few to each target and network at once and a
 * pause between two to one target, so that no host and no router gets a burst (docs/notes/probe-safety.md#pace).
 */
export function limitsHere(concurrency: number | undefined, descriptorsHeld: number): MachineLimits {
  return {
    concurrency: Math.min(concurrency ?? wantedConcurrency, budgetHere(descriptorsHeld).concurrency),
    perTarget: 4,
    perTargetGapMs: 20,
    // About one for each address of a /24: every host may be looked for, no host's second probe adds to that.
    perNetwork: 256,
    confirmSpacingMs: 1_000,
  };
}

/**
 * Says at most once, in one line, that a run of so many probes is slower than it would be elsewhere, because this
 * machine gives it few descriptors or source ports: at once where its limits show that, else through the function that
 * comes back, when the run found out.
 */
export function sayWhenSlowed(
  probes: number,
  concurrency: number | undefined,
  descriptorsHeld: number,
  say: (line: string) => void,
) {
  const budget = budgetHere(descriptorsHeld);
  let isSaid = false;
  const sayOnce = (why: string, limit: number) => {
    if (!isSaid)
      say(`portmatrix: ${why}: at most ${limit} probes at once; the run takes longer, nothing is left out\n`);
    isSaid = true;
  };
  if (budget.concurrency < Math.min(probes, concurrency ?? wantedConcurrency)) sayOnce(budget.why, budget.concurrency);
  return (limit: number): void => sayOnce("file descriptors or source ports ran out", limit);
}

/**
 * How many vantage points may be under way to be opened, hanging ones among them: no more than 512 processes, and no more
 * than an eighth of the descriptors for their pipes.
 */
export const openingsInAll = (): number => Math.max(Math.min(512, Math.floor(descriptorLimit() / (8 * 3))), 16);

/** What the limits of this machine allow; a probe that is tried twice holds two sockets, each with a port of its own. */
function budgetHere(descriptorsHeld: number): { concurrency: number; why: string } {
  const descriptors = descriptorLimit();
  const ports = sourcePorts();
  const byDescriptors = Math.max(Math.floor(Math.max(descriptors - descriptorsKept - descriptorsHeld, 16) / 2), 8);
  const byPorts = Math.max(Math.floor(ports / 2), 8);
  const held = descriptorsHeld === 0 ? "" : `, of which its vantage points take ${descriptorsHeld}`;
  return byDescriptors <= byPorts
    ? { concurrency: byDescriptors, why: `this process may open only ${descriptors} files (ulimit -n)${held}` }
    : { concurrency: byPorts, why: `this machine has only ${ports} source ports (net.ipv4.ip_local_port_range)` };
}

/** The soft limit of open files of this process; 1,024 where the system does not say. */
export const descriptorLimit = (): number => knownDescriptorLimit() ?? 1_024;

/** The same, from proc(5), or nothing where it cannot be read: to read it takes a descriptor itself. */
export function knownDescriptorLimit(): number | undefined {
  const row = /^Max open files\s+(\d+|unlimited)/m.exec(readProc("/proc/self/limits"));
  if (row === null) return undefined;
  return row[1] === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(row[1]);
}

/** How many source ports the kernel chooses from (ip(7)); 16,384 where the system does not tell (RFC 6335 §6). */
function sourcePorts(): number {
  const [, first, last] = /^(\d+)\s+(\d+)/.exec(readProc("/proc/sys/net/ipv4/ip_local_port_range")) ?? [];
  return first === undefined || last === undefined ? 16_384 : Number(last) - Number(first) + 1;
}

/** A file of proc(5); empty where there is none, as on other systems than Linux. */
function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
