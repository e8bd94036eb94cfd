// What is true of a workload's network, and how far a tool's findings are from it.
import { hostAddress } from "./world/network.mjs";

const isSilent = (workload, n) => workload.silentEvery !== undefined && n % workload.silentEvery === 0;

/** Addresses of the hosts that drop everything. */
export function silentAddresses(workload) {
  const hosts = Array.from({ length: workload.hosts }, (_, n) => n);
  return hosts.filter((n) => isSilent(workload, n)).map(hostAddress);
}

/**
 * Counts the results that contradict the truth (`wrong`), and the probes that have none (`missing`). `examples` shows
 * the first few of both.
 */
export function compareWithTruth(workload, found) {
  const counts = { wrong: 0, missing: 0, examples: [] };
  for (let n = 0; n < workload.hosts; n++) {
    const expected = isSilent(workload, n) ? "silent" : workload.truth;
    for (const flow of workload.flows) {
      const key = `${hostAddress(n)}/${flow}`;
      const seen = found.get(key);
      if (seen === expected) continue;
      if (seen === undefined) counts.missing++;
      else counts.wrong++;
      if (counts.examples.length < 5) counts.examples.push(`${key}: ${seen ?? "no result"}, true is ${expected}`);
    }
  }
  return counts;
}
