// Runs the product on the lab that is up, as a user would, and compares every flow with its truth.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "./description.mjs";
import { breakLab, mendLab } from "./faults.mjs";

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Longer than anything in the lab takes to answer, also where several labs share two processors. */
const timeout = "3s";
const nobodySends = { outcome: "-", verdict: "skipped", reason: "no-vantage" };

/** The healthy lab, from every vantage point. Returns one line for each flow that is not as described. */
export function proveHealthy({ workers }, { healthy }, how) {
  return twice(() => {
    const run = checkFromHere(how);
    return [...differences(run.results, healthy), ...otherWorkers(run.vantages, workers)];
  });
}

/** The same from the node `prober`, through ssh to the nodes that run sshd. */
export function proveThroughSsh({ services }, { healthy }) {
  const sends = (id) => services[/\/([^/]+)->/.exec(id)?.[1]]?.command.includes("ssh") === true;
  const expected = new Map([...healthy].map(([id, one]) => [id, sends(id) ? one : nobodySends]));
  const argv = ["lab/on", "prober", "node", "bin/portmatrix.cjs"];
  return twice(() => differences(check(argv, "/lab/topology-ssh.yaml").results, expected));
}

/**
 * What two looks in a row find at the same flow: thirty nodes on two processors are slow now and then, and a machine that
 * gives no answer in time is not what the description is about. What only the first one saw is told on stderr.
 */
function twice(look) {
  const first = look();
  if (first.length === 0) return first;
  for (const line of first) process.stderr.write(`looking again: ${line}\n`);
  const flowOf = (line) => line.slice(0, line.indexOf(": "));
  const again = look();
  return again.filter((line) => first.some((one) => flowOf(one) === flowOf(line)));
}

/** Breaks, looks, mends, looks again; the lab is mended whatever happens. */
export function proveFault(description, { healthy, changed }, name, how) {
  if (!changed.has(name)) throw new LabError(`${name} changes nothing before services are there`);
  const expected = new Map([...healthy, ...changed.get(name)]);
  let whileBroken;
  try {
    breakLab(description, name);
    whileBroken = twice(() => differences(checkFromHere(how).results, expected));
  } finally {
    mendLab(description, name);
  }
  const afterwards = proveHealthy(description, { healthy }, how);
  return [
    ...whileBroken.map((line) => `under ${name}: ${line}`),
    ...afterwards.map((line) => `after ${name}: ${line}`),
  ];
}

/**
 * Before anything is installed responders take the place of the services. All nodes are at work at once then, which is much
 * for the one machine that they share.
 */
const withResponders = ["--stage", "preinstall", "--responders", "auto", "--concurrency", "16"];
const checkFromHere = ({ hasServices }) =>
  check([process.execPath, "bin/portmatrix.cjs"], "lab/topology.yaml", hasServices ? [] : withResponders);

/** The results of a run by flow id, and what sent them. Every exit code (docs/ci.md) is fine but those of an error. */
function check([program, ...args], topology, more = []) {
  const argv = [...args, "check", topology, "--timeout", timeout, "--vantages", "4", "--format", "json", ...more];
  const { status, stdout, stderr } = spawnSync(program, argv, { cwd: repository, encoding: "utf8", maxBuffer: 64e6 });
  if (![0, 1, 3].includes(status)) throw new LabError(`portmatrix ended with ${status}: ${stderr}`);
  const { results, vantages } = JSON.parse(stdout);
  return { results: new Map(results.map((result) => [result.id, result])), vantages };
}

/** Nodes at which something else sent than the description says. */
function otherWorkers(facts, workers) {
  return facts.flatMap(({ nodes, worker = "none" }) =>
    nodes.flatMap((node) => {
      const expected = workers[node] === undefined ? ["node", "portmatrix"] : [workers[node]];
      return expected.includes(worker) ? [] : [`${node}: expected ${expected[0]} to send, got ${worker}`];
    }),
  );
}

/** What the truth of a flow has words for, in the order in which it has them. */
const words = ({ outcome, verdict, reason, proof }, { proof: isProofWanted }) =>
  [outcome ?? "-", verdict, reason, ...(isProofWanted === undefined ? [] : [proof])].join(" ");

function differences(results, expected) {
  const wrong = [...expected].flatMap(([id, truth]) => {
    const result = results.get(id);
    if (result === undefined) return [`${id}: missing`];
    const { detail } = result.evidence;
    const because = detail === undefined ? "" : ` (${detail})`;
    const [seen, wanted] = [result, truth].map((one) => words(one, truth));
    return seen === wanted ? [] : [`${id}: expected ${wanted}, got ${seen}${because}`];
  });
  const unknown = [...results.keys()].filter((id) => !expected.has(id));
  return [...wrong, ...unknown.map((id) => `${id}: has no truth`)];
}
