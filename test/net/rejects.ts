/** Every way in which nftables rejects (nft(8), REJECT STATEMENT), with the ICMP type and code of each family. */
export const rejects = [
  { name: "admin-prohibited", port: 7001, 4: "3/13", 6: "1/1", kind: "prohibited" },
  { name: "host-prohibited", port: 7002, 4: "3/10", kind: "prohibited" },
  { name: "net-prohibited", port: 7003, 4: "3/9", kind: "prohibited" },
  { name: "policy-fail", port: 7004, 6: "1/5", kind: "prohibited" },
  { name: "reject-route", port: 7005, 6: "1/6", kind: "prohibited" },
  { name: "port-unreachable", port: 7006, 4: "3/3", 6: "1/4", kind: "refused" },
  { name: "host-unreachable", port: 7007, 4: "3/1", kind: "unreachable" },
  { name: "net-unreachable", port: 7008, 4: "3/0", kind: "unreachable" },
  { name: "prot-unreachable", port: 7009, 4: "3/2", kind: "unreachable" },
  { name: "addr-unreachable", port: 7010, 6: "1/3", kind: "unreachable" },
  { name: "no-route", port: 7011, 6: "1/0", kind: "unreachable" },
] as const;

export const families = [4, 6] as const;
export const protocols = ["tcp", "udp"] as const;

/** One of them in one family over one protocol. */
export interface RejectCase {
  name: string;
  port: number;
  kind: string;
  family: 4 | 6;
  protocol: "tcp" | "udp";
  code: string;
  id: string;
}

/** All of them. */
export const rejectCases: readonly RejectCase[] = rejects.flatMap((reject) =>
  families.flatMap((family) => {
    const code = (reject as Partial<Record<4 | 6, string>>)[family];
    return code === undefined
      ? []
      : protocols.map((protocol) => ({ ...reject, family, protocol, code, id: `${protocol}${family} ${reject.name}` }));
  }),
);

/** The rules of the firewall that rejects so, by destination port. */
export const rejectRules: readonly string[] = rejectCases.map(({ name, port, family, protocol }) => {
  const [match, type] = family === 4 ? ["ipv4", "icmp"] : ["ipv6", "icmpv6"];
  return `meta nfproto ${match} ${protocol} dport ${port} reject with ${type} type ${name}`;
});
