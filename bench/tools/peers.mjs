// The programs that portmatrix is compared with: their command lines for a workload, and what they found.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostAddress } from "../world/network.mjs";
import { worldDirectory } from "../world/private-world.mjs";

function writeTargets(id, hosts) {
  const file = join(worldDirectory, `${id}.targets`);
  writeFileSync(file, Array.from({ length: hosts }, (_, n) => `${hostAddress(n)}\n`).join(""));
  return file;
}

const outcomes = { open: "open", closed: "refused", filtered: "silent", "open|filtered": "silent" };

/** nmap's grepable output (`-oG`): hosts that answered an echo request, and the state of each port. */
function readNmap({ output, pings }) {
  const found = new Map();
  for (const line of readFileSync(output, "utf8").split("\n")) {
    const [, address, rest] = /^Host: (\S+) \(.*?\)\t(.*)$/.exec(line) ?? [];
    if (address === undefined) continue;
    if (pings && rest.startsWith("Status: ")) found.set(`${address}/icmp`, rest.includes("Up") ? "open" : "silent");
    for (const [, port, state, protocol] of rest.matchAll(/(\d+)\/([a-z|]+)\/(tcp|udp)\//g))
      found.set(`${address}/${protocol}/${port}`, outcomes[state] ?? state);
  }
  return found;
}

/** nmap with the given scan options; `pings` says that its host discovery is part of the work. */
export const nmap = (name, options, { pings = false } = {}) => ({
  name,
  env: {},
  prepare: ({ id, hosts }) => {
    const output = join(worldDirectory, `${id}.nmap`);
    const argv = ["nmap", "-n", ...options, "-iL", writeTargets(id, hosts), "-oG", output];
    return { argv, output, pings };
  },
  read: readNmap,
  accepts: (code) => code === 0,
});

/** fping without a pause between two targets. What it does not call alive was silent. */
export const fping = {
  name: "fping -i 0",
  env: {},
  prepare: ({ id, hosts }) => ({ argv: ["fping", "-a", "-i", "0", "-f", writeTargets(id, hosts)], hosts }),
  read: ({ hosts }, { stdout }) => {
    const found = new Map(Array.from({ length: hosts }, (_, n) => [`${hostAddress(n)}/icmp`, "silent"]));
    for (const address of stdout.split("\n").filter(Boolean)) found.set(`${address}/icmp`, "open");
    return found;
  },
  accepts: (code) => code === 0 || code === 1,
};
