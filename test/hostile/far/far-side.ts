// A far side of a vantage point that means harm: what stands behind `exec`. Arguments: MANNER SEED
import { randomOf } from "../random.ts";
import { manners } from "./manners.ts";

const [, , manner = "", seed] = process.argv;
process.stdin.on("error", () => undefined);
process.stdout.on("error", () => process.exit(0));
process.stderr.on("error", () => undefined);
manners[manner]?.(randomOf(Number(seed)));
