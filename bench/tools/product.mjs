// portmatrix itself: the topology that asks for a workload's work, its command line, and what it found.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostAddress, proberAddress } from "../world/network.mjs";
import { worldDirectory } from "../world/private-world.mjs";

/** Probes get this long to be answered; the bound of every workload with silent hosts. */
export const deadlineMs = 2_000;

/**
 * Writes the topology of a Checkmk server with `hosts` hosts, which are listed in a CSV table as large sites do it.
 * `shape` has `hosts` (keys that all hosts share) and `tcp` (ports that are required besides), `sender` is the server's
 * vantage point. Gives its path.
 */
export function writeTopology(name, hosts, shape, sender = "local") {
  const directory = join(worldDirectory, name);
  mkdirSync(directory, { recursive: true });
  const rows = Array.from({ length: hosts }, (_, n) => `h${n},${hostAddress(n)}\n`);
  writeFileSync(join(directory, "hosts.csv"), `name,address\n${rows.join("")}`);
  const topology = {
    catalog: "checkmk/2.3",
    server: { name: "cmk", address: proberAddress, sites: [{ name: "main" }] },
    hosts: [{ include: "hosts.csv", ...shape.hosts }],
    requirements: shape.tcp === undefined ? [] : [{ from: "server", to: "hosts", tcp: shape.tcp, service: "none" }],
    vantages: { cmk: sender },
  };
  const file = join(directory, "portmatrix.json");
  writeFileSync(file, JSON.stringify(topology));
  return file;
}

/** The program, run from a checkout or a copy of one; a profile of it is left in `profiles`, if given (`--cpu-prof`). */
export const program = ({ directory, profiles }, ...argv) => [
  process.execPath,
  ...(profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`]),
  join(directory, "bin/portmatrix.cjs"),
  ...argv,
];

/** Variables that the topologies refer to. */
export const environment = { SNMP_COMMUNITY: "public" };

/**
 * portmatrix as one of the compared tools; it sends itself, unless `sender` says which worker on this machine does
 * (docs/vantage-points.md).
 */
export const portmatrix = (place, { name = "portmatrix", sender } = {}) => ({
  name,
  env: environment,
  prepare: ({ id, hosts, shape }) => {
    const run = join(worldDirectory, `${id}.json`);
    // No peer asks anything beyond the listed ports of the hosts, so neither do we here.
    const section = shape.tcp === undefined ? "2.1" : "extra";
    const options = ["--section", section, "--format", `json=${run}`, "--timeout", `${deadlineMs}ms`, "--no-controls"];
    return { argv: program(place, "check", writeTopology(id, hosts, shape, sender), ...options), output: run };
  },
  /** Outcome of each probe by `ADDRESS/tcp/PORT`, `ADDRESS/udp/PORT` or `ADDRESS/icmp`; rows that others send are left out. */
  read: ({ output }) => {
    const { results } = JSON.parse(readFileSync(output, "utf8"));
    const rows = results.filter(({ outcome }) => outcome !== undefined);
    return new Map(
      rows.map(({ address, protocol, port, outcome }) => [
        [address, protocol, ...(port === undefined ? [] : [port])].join("/"),
        outcome,
      ]),
    );
  },
  accepts: (code) => [0, 1, 3].includes(code),
});
