// The comparison: portmatrix as a whole process against its peers on the same work, tool after tool, round after
// round. See bench/README.md.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, requirePrograms } from "./machine.mjs";
import { measure } from "./measure.mjs";
import { writeReadme } from "./readme.mjs";
import { renderSummary, summarise } from "./summary.mjs";
import { portmatrix } from "./tools/product.mjs";
import { compareWithTruth, silentAddresses } from "./truth.mjs";
import { workloads } from "./workloads.mjs";
import { farEnd } from "./world/far-end.mjs";
import { watchLosses } from "./world/losses.mjs";
import { buildNetwork, canDelay, silence } from "./world/network.mjs";
import { inPrivateWorld } from "./world/private-world.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    hosts: { type: "string" },
    json: { type: "string" },
    product: { type: "string", default: fileURLToPath(new URL("..", import.meta.url)) },
    "product-only": { type: "boolean", default: false },
    profiles: { type: "string" },
    readme: { type: "boolean", default: false },
  },
});

await inPrivateWorld(async () => {
  requirePrograms();
  const chosen = choose();
  const machine = describeMachine();
  const runs = [];
  const place = { directory: options.product, profiles: options.profiles };
  const product = portmatrix(place);
  buildNetwork();
  for (const workload of chosen) {
    silence(silentAddresses(workload));
    for (let round = 1; round <= countOf("rounds"); round++) {
      for (const tool of [product, ...workload.senders.map((one) => portmatrix(place, one)), ...workload.peers]) {
        const run = { workload: workload.id, tool: tool.name, round, ...(await runOnce(tool, workload)) };
        console.error(progressLine(run));
        runs.push(run);
      }
    }
  }
  const summary = summarise(chosen, runs);
  console.log(renderSummary(summary));
  const command = ["node bench/run.mjs", ...process.argv.slice(2)].join(" ");
  if (options.readme) writeReadme({ machine, command, rounds: countOf("rounds"), summary });
  if (options.json !== undefined)
    writeFileSync(options.json, JSON.stringify({ machine, options, summary, runs }, null, 1));
  return 0;
});

function choose() {
  const ids = options.only?.split(",");
  const unknown = (ids ?? []).filter((id) => !workloads.some((workload) => workload.id === id));
  if (unknown.length > 0) throw new Error(`no such workload: ${unknown.join(", ")}`);
  const chosen = workloads.filter(({ id }) => ids === undefined || ids.includes(id));
  const hosts = options.hosts === undefined ? Infinity : countOf("hosts");
  return chosen
    .filter(({ id, delayMs }) => {
      if (delayMs === undefined || canDelay()) return true;
      console.error(`${id} left out: answers are delayed through /dev/net/tun, which is missing here`);
      return false;
    })
    .map((workload) => ({
      senders: [],
      ...workload,
      hosts: Math.min(workload.hosts, hosts),
      peers: options["product-only"] ? [] : workload.peers,
      targets: options["product-only"] ? [] : workload.targets,
    }));
}

function countOf(option) {
  const count = Number(options[option]);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${option} takes a whole number above zero, not "${options[option]}"`);
}

/** The far end is started anew for each run, so that no tool pays for what another left in its queues. */
async function runOnce(tool, workload) {
  const work = tool.prepare(workload);
  const stop = await farEnd(workload);
  const lossesSince = watchLosses();
  let ran;
  let losses;
  try {
    ran = await measure(work.argv, tool.env);
    losses = lossesSince();
  } finally {
    await stop();
  }
  if (!tool.accepts(ran.code)) throw new Error(`${work.argv.join(" ")} ended with ${ran.code}: ${ran.stderr}`);
  const { wallMs, peakMb, cpuMs, code } = ran;
  return { wallMs, peakMb, cpuMs, code, losses, argv: work.argv, ...compareWithTruth(workload, tool.read(work, ran)) };
}

function progressLine({ workload, tool, round, wallMs, peakMb, wrong, missing, examples, losses }) {
  const numbers = `${Math.round(wallMs)} ms, ${Math.round(peakMb)} MB, ${wrong} wrong, ${missing} missing`;
  const lost = Object.entries(losses).map(([name, count]) => `${count} ${name}`);
  const remarks = [...examples, ...lost].join("; ");
  return `${workload} round ${round} ${tool}: ${numbers}${remarks === "" ? "" : ` (${remarks})`}`;
}
