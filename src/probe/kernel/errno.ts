import type { UnsentCause } from "../../model/outcome.ts";

/** What an errno of a TCP or connected UDP socket means. `asksRoute`: this machine's own routing table says it too. */
export type ErrnoReading =
  | { kind: "open" | "refused" | "silent"; asksRoute?: false }
  | { kind: "prohibited" | "unreachable"; asksRoute: boolean }
  | { kind: "unsent"; cause: UnsentCause; asksRoute: boolean };

const remote = { asksRoute: true } as const;
const localCause = (cause: UnsentCause) => ({ kind: "unsent", cause, asksRoute: false }) as const;

/**
 * Errno by errno, as Linux maps ICMP codes to them (`icmp_err_convert` in net/ipv4/icmp.c, `icmpv6_err_convert` in
 * net/ipv6/icmp.c) and as socket(7), ip(7), tcp(7) and udp(7) list the errors of this side.
 */
const readings = {
  ECONNREFUSED: { kind: "refused" }, // RST, or ICMP port unreachable
  ECONNRESET: { kind: "open" }, // RST after the handshake (tcp_reset in net/ipv4/tcp_input.c); before it is ECONNREFUSED
  EACCES: { kind: "prohibited", ...remote }, // ICMPv6 codes 1, 5, 6; or a prohibit route of this machine
  EHOSTUNREACH: { kind: "unreachable", ...remote },
  ENETUNREACH: { kind: "unreachable", ...remote },
  EHOSTDOWN: { kind: "unreachable", ...remote },
  ENONET: { kind: "unreachable", ...remote },
  ENOPROTOOPT: { kind: "unreachable", asksRoute: false },
  EPROTO: { kind: "unreachable", asksRoute: false },
  ETIMEDOUT: { kind: "silent" },
  EMFILE: localCause("descriptors"),
  ENFILE: localCause("descriptors"),
  ENOBUFS: localCause("descriptors"),
  ENOMEM: localCause("descriptors"),
  EADDRNOTAVAIL: { kind: "unsent", cause: "source-ports", asksRoute: true }, // also: no source address of that family
  EADDRINUSE: localCause("source-ports"),
  EPERM: localCause("local-firewall"),
  EAFNOSUPPORT: localCause("no-route"), // this machine does not speak that family at all
  EINVAL: { kind: "unsent", cause: "internal", asksRoute: true }, // also: a blackhole route
} as const satisfies Record<string, ErrnoReading>;

/** Looks an errno up; one that is not listed is `unsent` with cause `internal`, never the network's fault. */
export function readErrno(errno: string): ErrnoReading {
  const table: Readonly<Record<string, ErrnoReading>> = readings;
  return Object.hasOwn(table, errno) ? (table[errno] ?? localCause("internal")) : localCause("internal");
}
