import type { HopAnswer, Step } from "../model/run/walk.ts";

/** What one answer means for its distance; a text says why nothing was learned. */
export type HopReading = Omit<Step, "hops" | "sent"> | { answer: "none" } | string;

const exceeded = (type: number, code: number, isV6: boolean): boolean => type === (isV6 ? 3 : 11) && code === 0;
const tooBig = (type: number, code: number, isV6: boolean): boolean => (isV6 ? type === 2 : type === 3 && code === 4);
const portUnreachable = (type: number, code: number, isV6: boolean): boolean =>
  isV6 ? type === 1 && code === 4 : type === 3 && code === 3;

/** Errors that the network gives, though the kernel does not say what is behind them. */
const ofTheNetwork = new Set(["EHOSTUNREACH", "ENETUNREACH", "EPROTO", "EACCES", "ECONNRESET", "ENOPROTOOPT"]);

/**
 * Reads the answer to a packet with few hops to live. What the kernel does not tell apart is a text: before Linux 5.8 a
 * TCP connection is not told of the ICMP error behind its errno (docs/notes/tracing.md#what-comes-back).
 */
export function readHop(seen: HopAnswer, { address, protocol }: { address: string; protocol: string }): HopReading {
  const isV6 = address.includes(":");
  switch (seen.kind) {
    case "unsent":
      if (protocol === "icmp" && (seen.detail === "EPERM" || seen.detail === "EACCES"))
        return "the sending machine lets this user send no echo: that needs ping_group_range or CAP_NET_RAW";
      return unsentWords[seen.detail] ?? `nothing was sent: ${seen.detail}`;
    case "silent":
      return { answer: "none" };
    case "open":
    case "reply":
      return { answer: seen.kind, from: address, rttMs: seen.afterMs };
    case "error": {
      const { icmp, errno, mtu, afterMs: rttMs } = seen;
      if (typeof icmp === "object") {
        const { type, code, sender, isOwn } = icmp;
        const facts = {
          from: sender,
          ...(isOwn ? { isOwn } : {}),
          icmpCode: `${type}/${code}`,
          ...(mtu === undefined || !tooBig(type, code, isV6) ? {} : { mtu }),
          rttMs,
        };
        if (exceeded(type, code, isV6)) return { answer: "expired", ...facts };
        if (tooBig(type, code, isV6)) return { answer: "too-big", ...facts };
        if (portUnreachable(type, code, isV6) && sender === address && protocol === "udp")
          return { answer: "closed", ...facts };
        return { answer: "rejected", ...facts };
      }
      if (errno === "EMSGSIZE") return { answer: "too-big", isOwn: true, ...(mtu === undefined ? {} : { mtu }) };
      if (errno === "ECONNREFUSED" && protocol === "tcp") return { answer: "reset", from: address, rttMs };
      if (errno === "ECONNREFUSED") return { answer: "closed", from: address, rttMs };
      if (icmp === undefined && ofTheNetwork.has(errno))
        return `the kernel there does not say which ICMP error is behind ${errno}; Linux 5.8 and newer do`;
      return unsentWords[errno] ?? `nothing was sent: ${errno}`;
    }
  }
}

const unsentWords: Readonly<Record<string, string>> = {
  EPERM: "a rule of the sending machine itself refuses the packet (EPERM)",
  ENETUNREACH: "the sending machine has no route to the target (ENETUNREACH)",
  EHOSTUNREACH: "the sending machine has no route to the target (EHOSTUNREACH)",
  EACCES: "the sending machine may not send this (EACCES)",
  EADDRINUSE: "the source port of the walk was meanwhile taken by another program (EADDRINUSE)",
  ENOPROTOOPT: "the sending machine is no Linux, which alone tells who answered",
};
