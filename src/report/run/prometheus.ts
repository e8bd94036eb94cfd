import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { verdictSchema } from "../../model/verdict.ts";
import { epochSeconds } from "./epoch.ts";
import { sectionsOf } from "../view/sections-of.ts";

type Labels = Readonly<Record<string, string | undefined>>;
interface Sample {
  labels: Labels;
  value: number;
}
interface Family {
  name: string;
  help: string;
  samples: readonly Sample[];
}

/**
 * Prometheus text exposition, version 0.0.4, for a file in the folder of node_exporter's textfile collector, which
 * allows no timestamps on samples: when the run started is a metric of its own. Each flow has one series with the value
 * 1 whose label `verdict` says what it is; every series carries the topology, so several runs can share a folder.
 */
export function renderPrometheus(raw: Run): string {
  const run = plainTexts(raw);
  const { topology, results, catalog, tool, stage } = run;
  const plain = { topology };
  const families: readonly Family[] = [
    {
      name: "portmatrix_run_start_timestamp_seconds",
      help: "When the run started, in seconds since 1970.",
      samples: [{ labels: plain, value: epochSeconds(run.startedAt) }],
    },
    {
      name: "portmatrix_run_duration_seconds",
      help: "How long the run took.",
      samples: [{ labels: plain, value: seconds(run.durationMs) }],
    },
    {
      name: "portmatrix_run_interrupted",
      help: "1 if the run was interrupted and left flows out.",
      samples: [{ labels: plain, value: run.interrupted === true ? 1 : 0 }],
    },
    {
      name: "portmatrix_run_info",
      help: "What was checked and with what; always 1.",
      samples: [
        {
          labels: { topology, version: tool.version, catalog: `${catalog.product}/${catalog.version}`, stage },
          value: 1,
        },
      ],
    },
    {
      name: "portmatrix_run_note",
      help: "What must be known before any result, always 1; absent if there is nothing.",
      samples: (run.notes ?? []).map((note) => ({ labels: { topology, note }, value: 1 })),
    },
    { name: "portmatrix_flows", help: "Flows of a section by verdict.", samples: countSamples(run) },
    {
      name: "portmatrix_flow_verdict",
      help: "One series for each flow, always 1; the label verdict says what the run made of it.",
      samples: results.map((result) => ({ labels: flowLabels(result, topology, result.verdict), value: 1 })),
    },
    {
      name: "portmatrix_flow_rtt_seconds",
      help: "Time from the request to the first answer of whatever kind; absent where nothing came back.",
      samples: results.flatMap((result) =>
        result.rttMs === undefined ? [] : [{ labels: flowLabels(result, topology), value: seconds(result.rttMs) }],
      ),
    },
  ];
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(draw)
    .join("");
}

function countSamples(run: Run): Sample[] {
  return sectionsOf(run).flatMap(({ id, results }) =>
    verdictSchema.options.map((verdict) => ({
      labels: { topology: run.topology, section: id, verdict },
      value: results.filter((result) => result.verdict === verdict).length,
    })),
  );
}

function flowLabels(result: Result, topology: string | undefined, verdict?: string): Labels {
  const { id, section, requirement, from, to, protocol, port, expect } = result;
  const place = { section, requirement, from, to, protocol, port: port === undefined ? undefined : String(port) };
  return { topology, flow: id, ...place, expect, verdict };
}

/** Milliseconds as seconds, without the noise of the division. */
const seconds = (milliseconds: number): number => Number((milliseconds / 1000).toPrecision(9));

function draw({ name, help, samples }: Family): string {
  const lines = samples.map(({ labels, value }) => `${name}${drawLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function drawLabels(labels: Labels): string {
  const pairs = Object.entries(labels).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}="${escapeLabel(value)}"`],
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Backslash, quote and line feed, as the exposition format asks. */
const escapeLabel = (text: string): string =>
  text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);
