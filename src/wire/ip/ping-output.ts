import type { UnsentCause } from "../../model/outcome.ts";

/** What the output of `ping -n -c 1` says. `rttMs` and `ttl` are there as far as they are printed. */
export type PingReading =
  | { kind: "open"; rttMs?: number; ttl?: number; replyFrom?: string }
  | { kind: "prohibited" | "unreachable"; reporter?: string; words: string }
  | { kind: "silent" }
  | { kind: "unsent"; cause: UnsentCause; words: string };

const reply = /^\d+ bytes from ([0-9A-Fa-f.:]+(?:%[\w.-]+)?): (.*)$/m;
const networkError = /^From ([0-9A-Fa-f.:]+(?:%[\w.-]+)?):? icmp_seq=\d+ (.+)$/m;
/** iputils has no words for codes 5 and 6 of ICMPv6, failed policy and reject route (RFC 4443 §3.1). */
const prohibitedWords = /prohibited|packet filtered|policy|reject route|Destination unreachable: Unknown code [56]$/i;
const received = /^\d+ packets transmitted, \d+ (?:packets )?received/m;

/** What this side complains about, most telling first; iputils and busybox word the same thing differently. */
const complaints: readonly (readonly [RegExp, UnsentCause])[] = [
  [/: (?:sendmsg|sendto): Operation not permitted/, "local-firewall"],
  [/Operation not permitted|permission denied|Permission denied|cap_net_raw|are you root/, "privilege"],
  [/No buffer space available|Too many open files|Cannot allocate memory/, "descriptors"],
  [/Network is unreachable|No route to host|Cannot assign requested address|Invalid argument/, "no-route"],
  [/Address family .* not supported/, "no-route"],
];

/**
 * Reads what `ping -n -c 1 -W SECONDS ADDRESS` printed, both streams joined, in the C locale. Understands iputils and
 * busybox; busybox never prints an ICMP error, so its silence may be one. The exit code is 0 only after a reply, 1
 * without one (iputils also 2 for an error of this side).
 */
export function readPingOutput(output: string, exitCode: number | null): PingReading {
  const answered = reply.exec(output);
  if (answered !== null && exitCode === 0) {
    const [, replyFrom, rest = ""] = answered;
    const rttMs = /time[=<]([\d.]+) ?ms/.exec(rest)?.[1];
    const ttl = /ttl=(\d+)/.exec(rest)?.[1];
    return {
      kind: "open",
      ...(rttMs === undefined ? {} : { rttMs: Number(rttMs) }),
      ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
      ...(replyFrom === undefined ? {} : { replyFrom }),
    };
  }
  const reported = networkError.exec(output);
  if (reported !== null) {
    const [, reporter, words = ""] = reported;
    return {
      kind: prohibitedWords.test(words) ? "prohibited" : "unreachable",
      ...(reporter === undefined ? {} : { reporter }),
      words,
    };
  }
  for (const [pattern, cause] of complaints) {
    const line = output.split("\n").find((text) => pattern.test(text));
    if (line !== undefined) return { kind: "unsent", cause, words: line.trim() };
  }
  if (exitCode === 1 && received.test(output)) return { kind: "silent" };
  return { kind: "unsent", cause: "internal", words: output.trim().split("\n").at(-1) ?? "" };
}
