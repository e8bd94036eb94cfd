import { namedLab, type NamedLab } from "./driver.ts";

/**
 * Where each fault of the lab is proven: in CI, or only by `npm run test:lab` because a network test
 * proves the same cause already.
 */
const proofs = {
  "agent-stopped": "more",
  "block-8000": "more",
  "block-snmp": "more",
  "block-web": "more",
  "dns-broken": "more",
  "drop-icmp": "more",
  "half-dark": "more",
  "lose-8000": "more",
  "lose-agents-v6": "more",
  "lose-datagrams": "more",
  "port-8000-not-published": "more",
  "reject-6556-admin-prohibited": "ci",
  "reject-6556-port-unreachable": "more",
  "reject-6556-reset": "more",
  "tls-inspected": "more",
  "wrong-site": "more",
} as const;

/** The faults that are proven there, by name. */
export const faultsOf = (where: "ci" | "more"): string[] =>
  Object.entries(proofs).flatMap(([fault, place]) => (place === where ? [fault] : []));

/**
 * Two labs with the same addresses, side by side: each piece of work waits for one that is free. More of them would
 * share two processors, and answers would miss their deadlines.
 */
export function labPool(labels: readonly [string, string]): {
  first: NamedLab;
  second: NamedLab;
  up: () => Promise<void>;
  down: () => Promise<void>;
  withLab: (work: (lab: NamedLab) => Promise<void>) => Promise<void>;
} {
  const labs = labels.map((label) => namedLab(label)) as [NamedLab, NamedLab];
  const free: NamedLab[] = [...labs];
  const waiting: (() => void)[] = [];
  const drive = async (word: string): Promise<void> => void (await Promise.all(labs.map((lab) => lab.drive(word))));
  return {
    first: labs[0],
    second: labs[1],
    up: () => drive("up"),
    down: () => drive("down"),
    withLab: async (work) => {
      while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      const lab = free.pop() as NamedLab;
      try {
        await work(lab);
      } finally {
        free.push(lab);
        waiting.shift()?.();
      }
    },
  };
}
