// What a lab leaves on this machine while it is up: one directory, and the processes that name it on their command line.
import { readFileSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "./description.mjs";

/**
 * The state directory of a lab; `lab/on` has the same path. Only root can have a lab: most daemons change their user,
 * which a user namespace with a single user does not allow.
 */
export function stateDirectory(name) {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw new LabError(`LAB_NAME "${name}": small letters, digits and "-" only`);
  if (process.getuid() !== 0)
    throw new LabError("the lab in namespaces needs root; in containers it needs an engine only");
  return join("/run/portmatrix-lab", name);
}

/**
 * Processes of a lab: everything started with `world.sh STATE` or `box.sh STATE`. Found by what they are, not by a
 * recorded id, so a driver that was killed at any moment leaves nothing that cannot be found.
 */
export function processesOf(state) {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).filter((pid) => {
    const words = readWords(pid);
    return words.some((word, at) => /^(world|box)\.sh$/.test(basename(word)) && words[at + 1] === state);
  });
}

function readWords(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it ended meanwhile
  }
}

/** Ends every process of a lab and removes its directory. Does nothing where there is no lab. Throws if one stays. */
export async function removeLab(state) {
  const end = Date.now() + 20_000;
  let dying = [];
  for (;;) {
    const found = processesOf(state);
    // A process that is ending has no command line any more, but still waits for those that it takes with it.
    dying = [...new Set([...dying, ...found])].filter(isAlive);
    if (dying.length === 0) break;
    if (Date.now() > end) throw new LabError(`processes that do not end: ${dying.join(", ")}`);
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL"); // the first process of the world takes all others with it
      } catch (error) {
        if (error.code !== "ESRCH") throw error;
      }
    }
    await sleep(10);
  }
  rmSync(state, { recursive: true, force: true });
  try {
    rmdirSync(dirname(state));
  } catch (error) {
    if (!["ENOTEMPTY", "ENOENT"].includes(error.code)) throw error; // another lab is there
  }
}

/** False for a process that has ended, whether or not its parent has collected it (proc(5), state Z). */
function isAlive(pid) {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
