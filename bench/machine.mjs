// What a table of times means nothing without.
import { cpus, loadavg, release, totalmem } from "node:os";
import { spawnSync } from "node:child_process";

const firstLine = (program, ...argv) => {
  const { stdout, stderr, error } = spawnSync(program, argv, { encoding: "utf8" });
  if (error !== undefined) return undefined;
  return `${stdout}${stderr}`.split("\n").find((line) => line.trim() !== "");
};

/** The machine and the versions of everything that is compared. The load says whether the machine had other work. */
export function describeMachine() {
  return {
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    nmap: firstLine("nmap", "--version"),
    fping: firstLine("fping", "--version"),
    loadBefore: loadavg()[0],
  };
}

/** Throws a sentence that says what to install where a program is missing. */
export function requirePrograms() {
  const programs = {
    nmap: "nmap",
    fping: "fping",
    nft: "nftables",
    ip: "iproute2",
    python3: "python3",
    ping: "iputils-ping",
  };
  const missing = Object.keys(programs).filter((program) => firstLine(program, "--version") === undefined);
  if (firstLine("/usr/bin/time", "--version") === undefined) missing.push("time");
  if (missing.length === 0) return;
  const packages = missing.map((program) => programs[program] ?? program);
  throw new Error(
    `these programs are missing: ${missing.join(", ")}; on Debian: apt-get install ${packages.join(" ")}`,
  );
}
