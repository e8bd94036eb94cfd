import { spawn } from "node:child_process";
import { variablesFor } from "../../model/machine/child-variables.ts";

/** Process groups that may be alive. Whatever way this process ends, they end with it. */
const groups = new Set<number>();

/** SIGKILL cannot be refused; used when the group's leader is gone, out of patience, or this process ends. */
export function signalGroup(group: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    // oxlint-disable-next-line no-restricted-globals -- Node has no other call that reaches a process group
    process.kill(-group, signal);
  } catch {
    // ESRCH: nobody is left in the group.
  }
}

const killGroups = () => groups.forEach((group) => signalGroup(group, "SIGKILL"));

/**
 * Starts the leader of a new group, which from then on ends with this process. Who watches over it stands ready before,
 * because a SIGKILL may come at any moment.
 */
export function startGroup<Leader extends { pid?: number | undefined }>(start: () => Leader): Leader {
  if (groups.size === 0) beginWatch();
  try {
    const leader = start();
    if (leader.pid !== undefined) {
      groups.add(leader.pid);
      tellWatchdog(`+ ${leader.pid}\n`);
    }
    return leader;
  } finally {
    if (groups.size === 0) endWatch(); // it could not be started
  }
}

function beginWatch(): void {
  // oxlint-disable-next-line no-restricted-globals -- after process.exit, as at a second Ctrl-C, nothing else runs
  process.on("exit", killGroups);
  tellWatchdog = startWatchdog();
}

function endWatch(): void {
  // oxlint-disable-next-line no-restricted-globals -- the counterpart of `beginWatch`
  process.off("exit", killGroups);
  tellWatchdog(undefined);
}

/** Kills what is left of a group and forgets it, because its number may belong to somebody else later. */
export function endGroup(group: number): void {
  if (!groups.has(group)) return;
  signalGroup(group, "SIGKILL");
  groups.delete(group);
  tellWatchdog(`- ${group}\n`);
  if (groups.size === 0) endWatch();
}

/**
 * After SIGKILL, or when memory is out, no code of this process runs. So a shell reads the numbers of the groups from a
 * pipe, and when this process is gone and the pipe ends, it kills those that are left. It has a session of its
 * own, so that neither Ctrl-C nor the end of the terminal reaches it.
 */
const watchdog = `
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
`;

let tellWatchdog: (line: string | undefined) => void = () => undefined;

/** Gives the function that writes to it, and ends it with `undefined`. Where no shell can be started there is none. */
function startWatchdog(): typeof tellWatchdog {
  try {
    const child = spawn("/bin/sh", ["-c", watchdog], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      cwd: "/",
      env: variablesFor("watchdog", {}),
    });
    const { stdin } = child;
    child.on("error", () => undefined);
    child.unref(); // it waits for this process, not the other way round
    if (stdin === null) return () => undefined;
    stdin.on("error", () => undefined); // EPIPE: somebody ended it
    if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
    return (line) => {
      if (line === undefined) stdin.end();
      else if (stdin.writable) stdin.write(line);
    };
  } catch {
    return () => undefined; // EMFILE, ENOMEM: the program itself will not start either
  }
}
