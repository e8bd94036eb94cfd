import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { type Figures, runCampaign } from "./campaign.ts";
import { faults } from "./complaints.ts";
import { type KindName, kindNames, kinds } from "./kinds.ts";

const usage = `npm run hostile -- [--seconds 120] [--rounds N] [--seed N] [--only KIND,…] [--at-once 4]
  Runs hostile peers, vantage points, files, name servers, outputs and signals against the built program, and prints
  what became of it. No trial is begun after --seconds; with --rounds each kind has so many, however long they take. --seed
  repeats one. Kinds: ${kindNames.join(", ")}. Exit: 0 nothing found, 1 something found, 2 it cannot be run.`;

/** The whole of it; gives the exit code. */
export async function main(place: { argv: string[]; root: string; directory: string }): Promise<number> {
  const options = readOptions(place.argv);
  if (options === undefined) return 2;
  const { seed, only, seconds, rounds, atOnce, bound, program } = options;
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`seed ${seed}, node ${process.version}, ${new Date().toISOString()}`);
  const began = performance.now();
  const figures = await runCampaign({
    kinds: only,
    seed,
    directory: place.directory,
    program: [process.execPath, program ?? `${place.root}bin/portmatrix.cjs`],
    rounds: rounds ?? Infinity,
    untilMs: rounds === undefined ? began + seconds * 1_000 : Infinity,
    boundMs: bound * 1_000,
    isAlone: true,
    atOnce,
    onComplaint: ({ fault, text }, kind, at) => {
      say(`${fault}: ${kind}: ${text.replaceAll(/\s+/g, " ").slice(0, 600)}`);
      say(`  again: npm run hostile -- --only ${kind} --seed ${at} --rounds 1`);
    },
  });
  say(`\n${render(figures)}`);
  say(`\nseed ${seed}, ${Math.round((performance.now() - began) / 1_000)} s`);
  return [...figures.values()].some(({ complaints }) => complaints.length > 0) ? 1 : 0;
}

function readOptions(argv: string[]) {
  const count = (name: string, text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not "${text}"`);
    return value;
  };
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        seconds: { type: "string", default: "120" },
        rounds: { type: "string" },
        seed: { type: "string" },
        only: { type: "string" },
        "at-once": { type: "string", default: "4" },
        /** Seconds that one run of the program may take. */
        bound: { type: "string", default: "120" },
        /** A program in place of the built one, for the test that the campaign finds what it looks for. */
        program: { type: "string" },
      },
    });
    const only = (values.only?.split(",") ?? kindNames) as KindName[];
    const unknown = only.filter((name) => !kindNames.includes(name));
    if (unknown.length > 0) throw new Error(`no such kind: ${unknown.join(", ")}`);
    return {
      seconds: count("seconds", values.seconds),
      rounds: values.rounds === undefined ? undefined : count("rounds", values.rounds),
      seed: values.seed === undefined ? Math.floor(Math.random() * 0x1_0000_0000) : count("seed", values.seed),
      only,
      atOnce: Math.max(1, count("at-once", values["at-once"])),
      bound: count("bound", values.bound),
      program: values.program,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`);
    return undefined;
  }
}

/** The table of figures, as `docs/security.md` has it. */
function render(figures: ReadonlyMap<KindName, Figures>): string {
  const rows = [...figures].map(([name, { trials, cases, complaints }]) => {
    const counts = faults.map((fault) => complaints.filter((one) => one.fault === fault).length);
    return [name, kinds[name].cases, trials, cases, ...counts];
  });
  const sums = rows[0]?.map((_, column) => rows.reduce((sum, row) => sum + Number(row[column]), 0)) ?? [];
  const all = [...rows, ["all", "", ...sums.slice(2)]];
  const heads = ["kind", "a case is", "trials", "cases", ...faults];
  return markdownTable([heads, ...all.map((row) => row.map(String))], {
    align: heads.map((_, column) => (column < 2 ? "left" : "right")),
  });
}
