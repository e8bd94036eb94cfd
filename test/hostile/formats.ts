import type { Random } from "./random.ts";

/** Every format of a run, to files of the trial's directory. */
const formats: Readonly<Record<string, string>> = {
  table: "run.txt",
  ndjson: "run.ndjson",
  junit: "run.xml",
  tap: "run.tap",
  markdown: "run.md",
  html: "run.html",
  csv: "run.csv",
  prometheus: "run.prom",
  github: "run.github",
  gitlab: "run.gitlab",
  sarif: "run.sarif",
  nagios: "run.nagios",
  "checkmk-local": "run.local",
  "checkmk-spool": "run.spool",
  "checkmk-piggyback": "run.piggyback",
};

/** Arguments for the record and a few other formats, and the files that they write. */
export function someFormats(random: Random, most = 4): { args: string[]; reports: string[] } {
  const chosen = Object.entries(formats).filter(() => random.chance(most / Object.keys(formats).length));
  const all: (readonly [string, string])[] = [["json", "run.json"], ...chosen];
  return {
    args: [
      ...all.flatMap(([format, file]) => ["--format", `${format}=${file}`]),
      ...(random.chance(0.5) ? ["--format", "table"] : []),
    ],
    reports: all.map(([, file]) => file),
  };
}
