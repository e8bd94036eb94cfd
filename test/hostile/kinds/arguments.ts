import { topologyOf } from "../../cli/topology.ts";
import { hostileText } from "../hostile-text.ts";
import type { Kind } from "../kinds.ts";
import type { Random } from "../random.ts";
import type { Trial } from "../trial.ts";

/** Command lines with hostile text as commands, options, their values and names of files that are there or are not. */
export const argumentsKind: Kind = { cases: "a command line of hostile text", run };

const callsOfTrial = 8;

/** As an argument may be: without NUL, and as UTF-8 all of it can be. */
const word = (random: Random): string => hostileText(random).replaceAll("\0", "").replaceAll("\ud800", "");
const fileName = (random: Random): string => word(random).replaceAll("/", "").slice(0, 80);

const lines: readonly ((evil: string, file: string) => string[])[] = [
  (evil) => [evil],
  (evil) => [`--${evil}`],
  (evil) => ["check", evil],
  (evil, file) => ["plan", file, "--only", evil],
  (evil, file) => ["plan", file, "--section", evil],
  (evil, file) => ["check", file, "--from", evil],
  (evil, file) => ["plan", file, "--format", evil],
  (evil, file) => ["plan", file, "--format", `json=${evil}/x`],
  (evil, file) => ["plan", file, "--catalog", evil],
  (evil, file) => ["check", file, "--timeout", evil],
  (evil, file) => ["check", file, "--stage", evil],
  (evil, file) => ["check", file, "--baseline", evil],
  (evil, file) => ["check", file, "--section", "extra", "--timeout", "300ms", "--controls", "--rate", evil],
  (evil) => ["explain", evil],
  (evil) => ["catalog", evil],
  (evil) => ["report", evil],
  (evil) => ["diff", evil, evil],
  (evil) => ["doctor", evil],
  (evil, file) => ["doctor", "registration", file, "--host", evil],
  (evil) => ["help", evil],
  (_, file) => ["plan", file],
  (_, file) => ["report", file],
  (_, file) => ["check", file, "--section", "extra", "--timeout", "300ms"],
];

async function run(trial: Trial): Promise<void> {
  const { random } = trial;
  for (let calls = 0; calls < callsOfTrial; calls++) {
    const file = fileName(random);
    // Port 1 of loopback: nobody is there.
    trial.write(file, topologyOf([{ from: "cmk", to: "web01", tcp: 1, service: "ssh" }]));
    await trial.run(random.pick(lines)(word(random), file));
    trial.count(1);
  }
}
