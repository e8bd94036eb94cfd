import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The campaign is alone in its process namespace: whatever else runs here was started by a program under test. */
interface Process {
  pid: number;
  command: string;
  cwd: string;
}

function processes(): Process[] {
  return readdirSync("/proc").flatMap((name): Process[] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const state = /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${name}/stat`, "latin1"))?.[1];
      if (state === "Z" || state === "X") return [];
      const command = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ").trim();
      return [{ pid: Number(name), command, cwd: readlinkSync(`/proc/${name}/cwd`) }];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/** Sockets that wait for somebody: TCP in the state LISTEN (0A), and every UDP one without a peer. */
function listening(): Set<string> {
  const rows = (file: string): string[][] => {
    const lines = readFileSync(`/proc/net/${file}`, "latin1").trim().split("\n").slice(1);
    return lines.map((line) => line.trim().split(/\s+/));
  };
  const tcp = ["tcp", "tcp6"].flatMap((file) =>
    rows(file).flatMap((row) => (row[3] === "0A" ? [`${file} ${row[1]}`] : [])),
  );
  const udp = ["udp", "udp6"].flatMap((file) => rows(file).map((row) => `${file} ${row[1]}`));
  return new Set([...tcp, ...udp]);
}

/** What runs and listens at this moment. */
export interface Picture {
  pids: ReadonlySet<number>;
  sockets: ReadonlySet<string>;
}

export const lookAround = (): Picture => ({ pids: new Set(processes().map(({ pid }) => pid)), sockets: listening() });

const patienceMs = 5_000;

/**
 * What is there that was not there before. Ends of programs take their time on a busy machine, so it is looked for
 * until it is gone, five seconds long. What is left is killed.
 */
export async function leftSince(before: Picture): Promise<string[]> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const left = processes().filter(({ pid }) => !before.pids.has(pid));
    const sockets = [...listening()].filter((socket) => !before.sockets.has(socket));
    const isClean = left.length === 0 && sockets.length === 0;
    if (isClean || Date.now() > end) {
      for (const { pid } of left) kill(pid);
      const commands = left.map(({ pid, command, cwd }) => `process ${pid} in ${cwd}: ${command.slice(0, 120)}`);
      return [...commands, ...sockets.map((socket) => `the socket ${socket}`)];
    }
    await sleep(100);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended meanwhile
  }
}
