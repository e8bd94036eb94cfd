import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import type { Complaint } from "./complaints.ts";
import { type KindName, kinds } from "./kinds.ts";
import { leftSince, lookAround } from "./leftovers.ts";
import { randomOf, seedOfTrial } from "./random.ts";
import { openTrial } from "./trial.ts";

export interface CampaignOptions {
  kinds: readonly KindName[];
  seed: number;
  /** Where the trials make their files. */
  directory: string;
  /** The command line of the program under test, without its arguments. */
  program: readonly string[];
  /** Trials of each kind; `Infinity` where the time is the bound: none is begun after `untilMs`, as `performance.now` has it. */
  rounds: number;
  untilMs: number;
  /** Longest time that one run of the program may take, in milliseconds. */
  boundMs: number;
  /** The campaign is alone in its namespaces, so that whatever else runs and listens was left behind. */
  isAlone: boolean;
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

/** So long the kinds go on by themselves before the next look at what is left behind, for which nothing may run. */
const periodMs = 25_000;

/** Every kind does one trial after the other, several kinds at a time; between two periods nothing may be left behind. */
export async function runCampaign(options: CampaignOptions): Promise<Map<KindName, Figures>> {
  const { kinds: names, seed, rounds, untilMs, atOnce } = options;
  const figures = new Map(names.map((name): [KindName, Figures] => [name, { trials: 0, cases: 0, complaints: [] }]));
  const figuresOf = (name: KindName): Figures => figures.get(name) as Figures;
  const limit = pLimit(atOnce);
  const note = (kind: KindName, complaint: Complaint, trialSeed: number): void => {
    figuresOf(kind).complaints.push(complaint);
    options.onComplaint(complaint, kind, trialSeed);
  };
  const oneTrial = async (name: KindName): Promise<void> => {
    const sum = figuresOf(name);
    const trialSeed = seedOfTrial(seed, sum.trials);
    const { cases, complaints } = await runTrial(name, trialSeed, options);
    sum.trials += 1;
    sum.cases += cases;
    for (const complaint of complaints) note(name, complaint, trialSeed);
  };
  for (let period = 0; period === 0 || (period < rounds && performance.now() < untilMs); period++) {
    const before = lookAround();
    const endMs = Math.min(performance.now() + periodMs, untilMs);
    const goesOn = (): boolean => rounds === Infinity && performance.now() < endMs;
    await Promise.all(
      names.map(async (name) => {
        do await limit(oneTrial, name);
        while (goesOn());
      }),
    );
    for (const text of options.isAlone ? await leftSince(before) : []) {
      const culprit = names.find((name) => text.includes(directoryOf(name, options))) ?? (names[0] as KindName);
      note(culprit, { fault: "leftover", text }, seedOfTrial(seed, figuresOf(culprit).trials - 1));
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
