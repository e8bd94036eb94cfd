// A malicious far side of a vantage point: the command of `exec`. Arguments: MANNER SEED [FILE] sh, of which the
// file takes what it receives; the program under test adds the last one.
import { randomOf } from "../random.ts";
import { manners } from "./manners.ts";
import { socketManners } from "./socket-manners.ts";
import { keepHeard } from "./socket-talk.ts";

const [, , manner = "", seed, heard, shell] = process.argv;
process.stdin.on("error", () => undefined);
process.stdout.on("error", () => process.exit(0));
process.stderr.on("error", () => undefined);
if (heard !== undefined && shell !== undefined) keepHeard(heard);
({ ...manners, ...socketManners })[manner]?.(randomOf(Number(seed)));
