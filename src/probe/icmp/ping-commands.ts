import { type PingReading, readPingOutput } from "../../wire/ip/ping-output.ts";
import { readMacPing } from "../../wire/ip/mac-ping.ts";
import { readWindowsPing } from "../../wire/ip/windows-ping.ts";

/** How one system's ping sends one echo request to an address, waits so long, and is understood. */
export interface PingCommand {
  argv: readonly [string, ...string[]];
  /** How long it waits for the answer, in milliseconds. */
  waitsMs: number;
  read: (output: string, exitCode: number | null) => PingReading;
}

/** ping6 of macOS takes no wait for an answer; it gives up by itself (docs/notes/other-systems.md). */
const macPing6WaitsMs = 10_000;

/**
 * The command of a system, as `os.platform()` calls it; the address comes last. What is neither Windows nor macOS has
 * iputils or busybox, which take whole seconds.
 */
export function pingCommandOf(system: string, family: 4 | 6, timeoutMs: number): PingCommand {
  const ms = Math.max(1, Math.ceil(timeoutMs));
  if (system === "win32") {
    const argv = ["ping", family === 6 ? "-6" : "-4", "-n", "1", "-w", String(ms)] as const;
    return { argv, waitsMs: ms, read: readWindowsPing };
  }
  if (system === "darwin") {
    return family === 6
      ? { argv: ["ping6", "-n", "-c", "1"], waitsMs: macPing6WaitsMs, read: readMacPing }
      : { argv: ["ping", "-n", "-c", "1", "-W", String(ms)], waitsMs: ms, read: readMacPing };
  }
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1_000));
  const argv = ["ping", "-n", "-c", "1", "-W", String(seconds)] as const;
  return { argv, waitsMs: seconds * 1_000, read: readPingOutput };
}
