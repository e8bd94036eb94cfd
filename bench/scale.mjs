// How cost grows with size: each command alone on 1,000, 10,000 and 100,000 flows, half of them open and half refused.
// See bench/README.md.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { describeMachine, requirePrograms } from "./machine.mjs";
import { measure } from "./measure.mjs";
import { median } from "./summary.mjs";
import { environment, program, writeTopology } from "./tools/product.mjs";
import { farEnd } from "./world/far-end.mjs";
import { buildNetwork } from "./world/network.mjs";
import { inPrivateWorld, worldDirectory } from "./world/private-world.mjs";

/** Open and refused in turn, so that any even number of them has as many of each. */
const ports = [22, 21, 25, 23, 80, 110, 389, 143, 443, 445, 636, 587, 993, 465, 995, 109, 3306, 69, 5432, 79];

const { values: options } = parseArgs({
  options: {
    flows: { type: "string", default: "1000,10000,100000" },
    "flows-per-host": { type: "string", default: "10" },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    json: { type: "string" },
    product: { type: "string", default: fileURLToPath(new URL("..", import.meta.url)) },
  },
});

const asked = ports.slice(0, Number(options["flows-per-host"]));
const openPorts = asked.filter((_, at) => at % 2 === 0);
const shape = { hosts: { agent: "none", ping: false }, tcp: asked };

await inPrivateWorld(async () => {
  requirePrograms();
  const machine = describeMachine();
  const measured = [];
  buildNetwork();
  for (const flows of options.flows.split(",").map(Number)) {
    for (const step of stepsFor(flows)) {
      const runs = [];
      for (let round = 0; round < Number(options.rounds); round++) runs.push(await runOnce(step));
      const wallMs = median(runs.map((run) => run.wallMs));
      const cpuMs = median(runs.map((run) => run.cpuMs));
      const peakMb = Math.max(...runs.map((run) => run.peakMb));
      const outputMb = statSync(step.output).size / 1e6;
      measured.push({ flows, step: step.name, wallMs, cpuMs, peakMb, outputMb });
      console.error(`${flows} flows, ${step.name}: ${Math.round(wallMs)} ms, ${Math.round(peakMb)} MB`);
    }
  }
  console.log(render(measured));
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ machine, options, measured }, null, 1));
  return 0;
});

/** The commands in their order: `report` reads what `check` wrote. */
function stepsFor(flows) {
  const name = `scale-${flows}`;
  const topology = writeTopology(name, Math.ceil(flows / asked.length), shape);
  const written = (file) => join(worldDirectory, name, file);
  const run = written("run.json");
  const to = (format, file) => ["--format", `${format}=${written(file)}`];
  const step = (title, output, ...argv) => ({ name: title, output: written(output), argv });
  const steps = [
    step("plan, JSON", "plan.json", "plan", topology, ...to("json", "plan.json")),
    step("plan, table", "plan.table", "plan", topology, ...to("table", "plan.table")),
    { ...step("check, JSON", "run.json", "check", topology, ...to("json", "run.json")), listens: openPorts },
    { ...step("check, table", "run.table", "check", topology, ...to("table", "run.table")), listens: openPorts },
    { ...step("check, NDJSON", "run.ndjson", "check", topology, ...to("ndjson", "run.ndjson")), listens: openPorts },
    // With controls a bare handshake is not final before the end of the run.
    {
      ...step(
        "check, NDJSON, no controls",
        "b.ndjson",
        "check",
        topology,
        "--no-controls",
        ...to("ndjson", "b.ndjson"),
      ),
      listens: openPorts,
    },
    ...["table", "markdown", "junit", "json", "html"].map((format) =>
      step(`report, ${format}`, `again.${format}`, "report", run, ...to(format, `again.${format}`)),
    ),
    step("diff, table", "diff.table", "diff", run, run, ...to("table", "diff.table")),
  ];
  return steps.filter(({ name: title }) => options.only === undefined || title === options.only);
}

async function runOnce({ argv, listens }) {
  const stop = await farEnd({ listens });
  try {
    const ran = await measure(program({ directory: options.product }, ...argv), environment);
    if (![0, 1].includes(ran.code))
      throw new Error(`portmatrix ${argv.join(" ")} ended with ${ran.code}: ${ran.stderr}`);
    return ran;
  } finally {
    await stop();
  }
}

function render(measured) {
  const rows = measured.map(({ flows, step, wallMs, cpuMs, peakMb, outputMb }) => [
    step,
    flows.toLocaleString("en"),
    Math.round(wallMs).toLocaleString("en"),
    Math.round(cpuMs).toLocaleString("en"),
    ((wallMs * 1000) / flows).toFixed(0),
    Math.round(peakMb).toLocaleString("en"),
    outputMb.toFixed(1),
  ]);
  const inOrder = rows.toSorted(([left], [right]) => order(measured, left) - order(measured, right));
  const head = ["command", "flows", "ms", "CPU ms", "µs per flow", "peak MB", "output MB"];
  return markdownTable([head, ...inOrder], { align: ["l", "r", "r", "r", "r", "r", "r"] });
}

function order(measured, step) {
  return measured.findIndex((one) => one.step === step);
}
