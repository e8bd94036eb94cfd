// Exactness under speed: the mixed work of 30,000 probes, ten times, while answers are lost at the first burst, ICMP
// errors are limited, the process may open 1,024 files and one processor is busy with something else. Counts results
// that contradict the truth, and local failures. Usage: node bench/exactness.mjs [--runs 10] [--hosts 10000] [--json FILE]
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.mjs";
import { measure } from "./measure.mjs";
import { portmatrix } from "./tools/product.mjs";
import { compareWithTruth, silentAddresses } from "./truth.mjs";
import { workloads } from "./workloads.mjs";
import { farEnd } from "./world/far-end.mjs";
import { buildNetwork, onHosts, silence } from "./world/network.mjs";
import { inPrivateWorld, must } from "./world/private-world.mjs";

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    hosts: { type: "string", default: "10000" },
    json: { type: "string" },
    product: { type: "string", default: fileURLToPath(new URL("..", import.meta.url)) },
  },
});

/**
 * The first answers of each kind are lost: some eighty echo replies, SNMP responses and SYN-ACKs. On the prober's side,
 * because a drop on the way out is an error to the program that sends (EPERM).
 */
const losses = `
table ip losses {
  chain input {
    type filter hook input priority 0;
    icmp type echo-reply quota until 7000 bytes drop
    udp sport 161 quota until 8000 bytes drop
    tcp flags & (syn | ack) == syn | ack quota until 5000 bytes drop
  }
}
`;

await inPrivateWorld(async () => {
  const workload = { ...workloads.find(({ id }) => id === "W6"), hosts: Number(options.hosts) };
  const machine = describeMachine();
  const product = portmatrix({ directory: options.product });
  buildNetwork();
  must("ip", onHosts(["sysctl", "-qw", "net.ipv4.icmp_msgs_per_sec=1000", "net.ipv4.icmp_msgs_burst=50"]).slice(1));
  const burner = spawn("sh", ["-c", "while :; do :; done"]);
  const runs = [];
  for (let run = 1; run <= Number(options.runs); run++) {
    silence(silentAddresses(workload));
    must("nft", ["-f", "-"], `flush ruleset\n${losses}`);
    const stop = await farEnd(workload);
    const work = product.prepare(workload);
    const limited = ["sh", "-c", 'ulimit -n 1024; exec "$@"', "sh", ...work.argv];
    const ran = await measure(limited, product.env);
    await stop();
    if (!product.accepts(ran.code)) throw new Error(`ended with ${ran.code}: ${ran.stderr}`);
    const found = product.read(work);
    const local = [...found.values()].filter((outcome) => outcome === "unsent").length;
    const truth = compareWithTruth(workload, found);
    const slowed = ran.stderr.split("\n").filter((line) => line.includes("the run takes longer")).length;
    runs.push({ run, wallMs: ran.wallMs, peakMb: ran.peakMb, local, slowed, ...truth });
    const { wrong, missing, examples } = truth;
    console.log(
      `run ${run}: ${(ran.wallMs / 1000).toFixed(1)} s, ${ran.peakMb.toFixed()} MB, ${wrong} wrong, ${missing} missing, ` +
        `${local} local failures, slowed down ${slowed === 1 ? "and said so once" : `said ${slowed} times`} ${examples.join("; ")}`,
    );
  }
  burner.kill("SIGKILL");
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ machine, options, runs }, null, 1));
  return runs.every(({ wrong, missing, local }) => wrong + missing + local === 0) ? 0 : 1;
});
