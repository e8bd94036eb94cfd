import type { Run } from "../../model/run.ts";

/** A sample, to follow the recipe of CONTRIBUTING.md once: the verdict of the run. */
export const renderSample = ({ summary }: Run): string =>
  `The verdict of the run is ${summary.verdict}. ${"A sample has to say something of every run. ".repeat(3)}\n`;
