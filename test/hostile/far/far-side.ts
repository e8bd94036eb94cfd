// A far side of a vantage point that means harm: what stands behind `exec`. Arguments: MANNER SEED [FILE], which takes
// what it hears.
import { randomOf } from "../random.ts";
import { manners } from "./manners.ts";
import { socketManners } from "./socket-manners.ts";
import { keepHeard } from "./socket-talk.ts";

const [, , manner = "", seed, heard] = process.argv;
process.stdin.on("error", () => undefined);
process.stdout.on("error", () => process.exit(0));
process.stderr.on("error", () => undefined);
if (heard !== undefined) keepHeard(heard);
({ ...manners, ...socketManners })[manner]?.(randomOf(Number(seed)));
