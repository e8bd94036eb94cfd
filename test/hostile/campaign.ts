import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import type { Complaint } from "./complaints.ts";
import { type KindName, kinds } from "./kinds.ts";
import { leftSince, lookAround } from "./leftovers.ts";
import { randomOf, seedOfRound } from "./random.ts";
import { openTrial } from "./trial.ts";

export interface CampaignOptions {
  kinds: readonly KindName[];
  seed: number;
  /** Where the trials make their files. */
  directory: string;
  /** The command line of the program under test, without its arguments. */
  program: readonly string[];
  /** Rounds at most; none is begun after `untilMs`, in the time of `performance.now`. */
  rounds: number;
  untilMs: number;
  /** Longest time that one run of the program may take, in milliseconds. */
  boundMs: number;
  /** Trials at the same time. */
  atOnce: number;
  /** Called with each complaint as soon as it is known. */
  onComplaint: (complaint: Complaint, kind: KindName, seed: number) => void;
}

/** What was done to the program by one kind, and what it did wrong. */
export interface Figures {
  trials: number;
  cases: number;
  complaints: Complaint[];
}

/** Round after round: one trial of each kind in it, several at a time, then a look at what is left behind. */
export async function runCampaign(options: CampaignOptions): Promise<Map<KindName, Figures>> {
  const { kinds: names, seed, rounds, untilMs, atOnce } = options;
  const figures = new Map(names.map((name): [KindName, Figures] => [name, { trials: 0, cases: 0, complaints: [] }]));
  const limit = pLimit(atOnce);
  for (let round = 0; round < rounds && (round === 0 || performance.now() < untilMs); round++) {
    const before = lookAround();
    const trialSeed = seedOfRound(seed, round);
    const note = (kind: KindName, complaint: Complaint): void => {
      figures.get(kind)?.complaints.push(complaint);
      options.onComplaint(complaint, kind, trialSeed);
    };
    await Promise.all(
      names.map((name) =>
        limit(async () => {
          const { cases, complaints } = await runTrial(name, trialSeed, options);
          const sum = figures.get(name) as Figures;
          sum.trials += 1;
          sum.cases += cases;
          for (const complaint of complaints) note(name, complaint);
        }),
      ),
    );
    for (const text of await leftSince(before)) {
      const culprit = names.find((name) => text.includes(directoryOf(name, options))) ?? (names[0] as KindName);
      note(culprit, { fault: "leftover", text });
    }
  }
  return figures;
}

const directoryOf = (name: KindName, { directory }: Pick<CampaignOptions, "directory">): string =>
  join(directory, "trials", name);

async function runTrial(
  name: KindName,
  seed: number,
  options: CampaignOptions,
): Promise<{ cases: number; complaints: Complaint[] }> {
  const directory = directoryOf(name, options);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  // Kinds that begin with the same number must not do the same.
  const random = randomOf(seed ^ Buffer.from(name.padEnd(4)).readUInt32LE());
  const canary = `s3cret${random.bytes(8).toString("hex")}`;
  const farSide = join(options.directory, "far-side.mjs");
  const trial = openTrial({ ...options, random, directory, canary, farSide });
  await kinds[name].run(trial);
  return trial.end();
}
