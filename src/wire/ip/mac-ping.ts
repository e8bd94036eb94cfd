import type { PingReading } from "./ping-output.ts";
import { readPingOutput } from "./ping-output.ts";

const reply = /^\d+ bytes from ([0-9A-Fa-f.:]+(?:%\w+)?)[:,] icmp_seq=\d+ (?:ttl|hlim)=(\d+) time=([\d.]+) ms/m;
/** The sender has its name in front where `-n` is not heeded: `92 bytes from gw.lan (10.9.0.1): …`. */
const report = /^\d+ bytes from (?:\S+ \()?([0-9A-Fa-f.:]+(?:%\w+)?)\)?: (?!icmp_seq)(.+)$/m;
const prohibited = /prohibited|Administratively/i;
const sending = /^ping6?: sendto: (.+)$/m;
const lost = /^\d+ packets transmitted, 0 packets received, 100(?:\.0)?% packet loss/m;

/**
 * Reads what `ping -n -c 1 -W MS ADDRESS`, or `ping6 -n -c 1 ADDRESS`, of macOS printed (docs/notes/other-systems.md): an
 * ICMP error is a line of "bytes from" its sender with words in place of a sequence number. The exit code is 0 after a
 * reply and 2 without one.
 */
export function readMacPing(output: string, exitCode: number | null): PingReading {
  const [, replyFrom = "", ttl, rttMs] = reply.exec(output) ?? [];
  if (exitCode === 0 && ttl !== undefined) return { kind: "open", rttMs: Number(rttMs), ttl: Number(ttl), replyFrom };
  const [, reporter, words = ""] = report.exec(output) ?? [];
  if (reporter !== undefined)
    return { kind: prohibited.test(words) ? "prohibited" : "unreachable", reporter, words: words.trim() };
  const failed = sending.exec(output)?.[1];
  // The link layer has no answer for the neighbour (errno EHOSTDOWN); iputils says "Destination Host Unreachable".
  if (failed === "Host is down") return { kind: "unreachable", words: failed };
  if (failed !== undefined || exitCode !== 2) return readPingOutput(output, exitCode);
  return lost.test(output) ? { kind: "silent" } : readPingOutput(output, exitCode);
}
