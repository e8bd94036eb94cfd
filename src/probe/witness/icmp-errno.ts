/**
 * The errno that Linux makes of an ICMP error about a connection that is being opened: `icmp_err_convert` in
 * net/ipv4/icmp.c and `tcp_v4_err`; `icmpv6_err_convert` in net/ipv6/icmp.c and `tcp_v6_err`.
 */
const unreachable: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [
    "ENETUNREACH", // 0: no way to that network
    "EHOSTUNREACH",
    "ENOPROTOOPT",
    "ECONNREFUSED", // 3: port unreachable
    "EMSGSIZE",
    "EOPNOTSUPP", // 5: source route failed
    "ENETUNREACH",
    "EHOSTDOWN", // 7: that host is unknown
    "ENONET",
    "ENETUNREACH", // 9: network prohibited
    "EHOSTUNREACH", // 10: host prohibited
    "ENETUNREACH",
    "EHOSTUNREACH",
    "EHOSTUNREACH", // 13: administratively prohibited
    "EHOSTUNREACH",
    "EHOSTUNREACH",
  ],
  6: [
    "ENETUNREACH", // 0: no route
    "EACCES", // 1: administratively prohibited
    "EHOSTUNREACH",
    "EHOSTUNREACH", // 3: address unreachable
    "ECONNREFUSED", // 4: port unreachable
    "EACCES", // 5: policy of the source address
    "EACCES", // 6: reject route
  ],
};
const types = {
  4: { unreachable: 3, timeExceeded: 11, parameterProblem: 12 },
  6: { unreachable: 1, timeExceeded: 3, parameterProblem: 4 },
} as const;

/** What a socket says after an ICMP error that the kernel took for its own; `undefined` if it would say nothing. */
export function errnoOfIcmp(family: 4 | 6, type: number, code: number): string | undefined {
  const known = types[family];
  if (type === known.unreachable) return unreachable[family][code];
  if (type === known.timeExceeded) return "EHOSTUNREACH";
  return type === known.parameterProblem ? "EPROTO" : undefined;
}
